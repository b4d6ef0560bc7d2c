import { HoldfastError } from '@holdfast/kit';
import { storeErrors } from '../errors.ts';
import type { S3CredentialProvider, S3StoreOptions } from './s3-options.ts';

/** Credentials as given, or from the standard AWS chain, which is loaded only then. */
export function credentialProvider(given: S3StoreOptions['credentials']): S3CredentialProvider {
  if (given === undefined) return explained(standardChain());
  if (typeof given === 'function') return explained(given);
  return async () => given;
}

function standardChain(): S3CredentialProvider {
  let chain: Promise<S3CredentialProvider> | undefined;
  return async (options) => {
    chain ??= import('@aws-sdk/credential-provider-node').then(({ defaultProvider }) => defaultProvider() as S3CredentialProvider);
    return await (await chain)(options);
  };
}

function explained(provider: S3CredentialProvider): S3CredentialProvider {
  return async (options) => {
    try {
      return await provider(options);
    } catch (error) {
      if (error instanceof HoldfastError) throw error;
      throw storeErrors.create('STORE_CREDENTIALS', `no credentials for the store: ${error instanceof Error ? error.message : error}`, { cause: error });
    }
  };
}
