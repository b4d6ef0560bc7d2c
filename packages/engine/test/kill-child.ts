/** Backs up one VM again and again until it is killed. What it needs comes as JSON in its one argument. */
import { systemClock, systemRandom } from '@holdfast/kit';
import { localStore } from '@holdfast/store';
import { openVault } from '@holdfast/vault';
import { connect } from '@holdfast/vsphere';
import { linuxProcessIdentity, protect } from '../src/index.ts';

export interface KillChildOrder {
  readonly vault: string;
  readonly passphrase: string;
  readonly url: string;
  readonly username: string;
  readonly password: string;
  readonly sha256: string;
  readonly vm: string;
}

const order = JSON.parse(process.argv[2] ?? '{}') as KillChildOrder;
const parts = { clock: systemClock, random: systemRandom };
const { url, username, password, sha256, passphrase } = order;
const vault = await openVault(localStore(order.vault), { passphrase }, { ...parts, host: 'tests', version: '0' }, { workers: 1, packBytes: 4 * 1024 * 1024 });
const vcenter = await connect({ ...parts, url, username, password, trust: { kind: 'thumbprint', sha256 } });
const environment = { ...parts, identity: linuxProcessIdentity() };
process.stdout.write('ready\n');
for (;;) {
  const { vms } = await protect({ vault, vcenter, environment, selection: { patterns: [order.vm] } });
  if (vms[0]?.outcome === 'failed') throw vms[0].error;
}
