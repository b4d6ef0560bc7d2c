import { X509Certificate } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { generate } from 'selfsigned';

export interface ServerCertificate {
  readonly keyPem: string;
  readonly certificatePem: string;
  /** `XX:XX:…` of the DER certificate. */
  readonly thumbprintSha1: string;
  readonly thumbprintSha256: string;
}

/** Wide enough for every clock a test may run by. */
const validFrom = new Date('2000-01-01T00:00:00Z');
const validTo = new Date('2100-01-01T00:00:00Z');

/** The simulator's certificate: made at the first start in this folder and kept, so that a pinned thumbprint stays true. */
export async function serverCertificate(folder: string): Promise<ServerCertificate> {
  const keyFile = join(folder, 'vcenter.key.pem');
  const certificateFile = join(folder, 'vcenter.crt.pem');
  const kept = await Promise.all([readFile(keyFile, 'utf8'), readFile(certificateFile, 'utf8')]).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (kept !== undefined) return described(kept[0], kept[1]);
  const made = await generate([{ name: 'commonName', value: 'vcenter.simulated' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    notBeforeDate: validFrom,
    notAfterDate: validTo,
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', digitalSignature: true, keyCertSign: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: 'localhost' },
          { type: 7, ip: '127.0.0.1' },
        ],
      },
    ],
  });
  await writeFile(keyFile, made.private, { mode: 0o600 });
  await writeFile(certificateFile, made.cert);
  return described(made.private, made.cert);
}

function described(keyPem: string, certificatePem: string): ServerCertificate {
  const certificate = new X509Certificate(certificatePem);
  return { keyPem, certificatePem, thumbprintSha1: certificate.fingerprint, thumbprintSha256: certificate.fingerprint256 };
}
