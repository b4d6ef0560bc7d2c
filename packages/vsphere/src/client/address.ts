import { vsphereErrors } from '../errors.ts';

export interface Address {
  readonly host: string;
  readonly port: number;
}

/** `vc.example.com`, `vc.example.com:8443`, `[::1]:443`, `https://vc.example.com/sdk` → host and port. */
export function parseAddress(text: string): Address {
  const trimmed = text.trim();
  const url = URL.parse(trimmed.includes('://') ? trimmed : `https://${trimmed}`);
  if (url === null || url.hostname === '') throw vsphereErrors.create('VSPHERE_ADDRESS', `${JSON.stringify(text)} is not an address`);
  if (url.protocol !== 'https:') throw vsphereErrors.create('VSPHERE_ADDRESS', `${text} would go over ${url.protocol.slice(0, -1)}; only https is used`);
  if (url.username !== '' || url.password !== '') {
    throw vsphereErrors.create('VSPHERE_ADDRESS', `the address of ${url.host} has user name or password in it`, {
      advice: 'Give user name and password by themselves.',
    });
  }
  return { host: url.hostname.replace(/^\[|\]$/g, ''), port: url.port === '' ? 443 : Number(url.port) };
}
