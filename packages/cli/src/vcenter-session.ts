import { connect, readThumbprint, type Trust, type Vcenter, vsphereErrors } from '@holdfast/vsphere';
import type { VcenterFlags } from './flags.ts';
import { type VcenterSettings, vcenterSettings } from './vcenter-settings.ts';
import type { VerbContext } from './verb.ts';

/**
 * Signs in to the vCenter that flags and configuration name, does the work, and signs out whatever happens.
 * An interruption doesn't end the connection: cleaning up needs it.
 */
export async function withVcenter<T>(context: VerbContext<VcenterFlags>, work: (vcenter: Vcenter) => Promise<T>): Promise<T> {
  const { surroundings, output } = context;
  const settings = await vcenterSettings(context);
  await using vcenter = await signIn(settings, context);
  output.remark(`${settings.url}: signed in as ${settings.username}, ${vcenter.about.fullName}`);
  surroundings.signal.throwIfAborted();
  return await work(vcenter);
}

async function signIn(settings: VcenterSettings, { surroundings, output }: VerbContext<VcenterFlags>): Promise<Vcenter> {
  const { url, username, password } = settings;
  try {
    return await connect({
      url,
      username,
      password,
      trust: trustOf(settings),
      clock: surroundings.clock,
      random: surroundings.random,
      log: (message) => output.options.debug && output.remark(`vCenter: ${message}`),
    });
  } catch (error) {
    if (!vsphereErrors.is(error, 'VSPHERE_CERTIFICATE')) throw error;
    const shown = await readThumbprint(url, surroundings.signal);
    throw vsphereErrors.create('VSPHERE_CERTIFICATE', error.message, {
      did: 'nothing was sent to it',
      advice: `It shows a certificate with the SHA-256 fingerprint ${shown.sha256}. Compare it with the one that the vCenter itself shows; if they are equal, give it as --thumbprint.`,
      cause: error.cause,
    });
  }
}

function trustOf({ thumbprint, ca }: VcenterSettings): Trust {
  if (thumbprint !== undefined) {
    // A SHA-1 fingerprint has 40 hex digits, a SHA-256 one 64; the vSphere room says what is wrong with anything else.
    return thumbprint.replace(/[^0-9a-f]/gi, '').length === 40 ? { kind: 'thumbprint', sha1: thumbprint } : { kind: 'thumbprint', sha256: thumbprint };
  }
  return ca === undefined ? { kind: 'system' } : { kind: 'ca', pem: ca };
}
