/**
 * Why we believe a server is who it says it is. Checked before anything is sent.
 *
 * - `system`: its certificate is signed by an authority this machine trusts, for the name we asked for
 * - `ca`: the same with the authorities given (PEM, one or several)
 * - `thumbprint`: it shows exactly the certificate with this hash; hex with or without colons
 */
export type Trust =
  | { readonly kind: 'system' }
  | { readonly kind: 'ca'; readonly pem: string }
  | { readonly kind: 'thumbprint'; readonly sha256: string }
  | { readonly kind: 'thumbprint'; readonly sha1: string };
