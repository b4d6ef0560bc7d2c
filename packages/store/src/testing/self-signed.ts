import { generate } from 'selfsigned';

/** A certificate for this machine, which is its own authority: give `certificate` as `ca`. PEM. */
export async function selfSignedCertificate(): Promise<{ certificate: string; privateKey: string }> {
  const { cert, private: privateKey } = await generate([{ name: 'commonName', value: 'localhost' }], {
    keyType: 'ec',
    extensions: [
      { name: 'basicConstraints', cA: true },
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: 'localhost' },
          { type: 7, ip: '127.0.0.1' },
        ],
      },
    ],
  });
  return { certificate: cert, privateKey };
}
