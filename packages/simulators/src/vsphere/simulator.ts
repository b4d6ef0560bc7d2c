import { createHash } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type Clock, type Random, systemClock, systemRandom } from '@holdfast/kit';
import { serverCertificate } from './certificate.ts';
import type { DatastoreBrowser } from './datastore/browser.ts';
import { DiskShelf } from './datastore/disk-shelf.ts';
import type { Estate } from './estate.ts';
import { buildEstate } from './estate-build.ts';
import { EventLog } from './event/event-log.ts';
import { faultScript } from './fault-script.ts';
import { FaultPlan, type FaultRule } from './faults.ts';
import { guestOf } from './guest.ts';
import type { VsphereSimulator } from './handle.ts';
import { listen } from './http/server.ts';
import { createFolder } from './inventory/folder.ts';
import { addServices } from './inventory/service-instance.ts';
import { moRef, World } from './inventory/world.ts';
import { RecordingJournal } from './journal.ts';
import { closeLeases } from './lease/lease-methods.ts';
import { Sessions, uuidFrom } from './session/sessions.ts';
import { Tasks } from './task/tasks.ts';
import { allMachines, type Vcenter } from './vcenter.ts';
import { findMachine, vmView } from './vm-view.ts';

export interface VsphereSimulatorOptions {
  /** Where certificate and datastores live; made when missing. Give each simulator a folder of its own: what an earlier one left there is replaced. */
  readonly folder: string;
  /** By default any free one. */
  readonly port?: number;
  readonly username: string;
  readonly password: string;
  readonly estate: Estate;
  /** Further accounts, with the privileges they lack. */
  readonly accounts?: readonly { readonly username: string; readonly password: string; readonly missingPrivileges?: readonly string[] }[];
  readonly clock?: Clock;
  readonly random?: Random;
  readonly faults?: readonly FaultRule[];
  /** By default 30 minutes, as vCenter's. */
  readonly sessionIdleMs?: number;
  /** By default 3000, as vCenter's. */
  readonly sessionsMax?: number;
  /** How long a task takes at least; by default 20 ms. */
  readonly taskMs?: number;
  /** How long a lease lives without a sign of progress; by default 300 s. */
  readonly leaseTimeoutSeconds?: number;
}

const defaultSessionIdleMs = 30 * 60_000;
const defaultSessionsMax = 3000;
const defaultTaskMs = 20;
const tasksKeptMs = 10 * 60_000;

/** Starts a vCenter with real disks behind it, listening on 127.0.0.1. */
export async function startVsphereSimulator(options: VsphereSimulatorOptions): Promise<VsphereSimulator> {
  await mkdir(options.folder, { recursive: true });
  const vcenter = await makeVcenter(options);
  await buildEstate(vcenter, options.estate, join(options.folder, 'datastores'));
  const face = await listen(vcenter, options.port ?? 0);
  let closed: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    closeLeases(vcenter);
    await face.close();
    await vcenter.tasks.drain();
    await vcenter.shelf.close();
  };
  const closeOnce = (): Promise<void> => {
    closed ??= close();
    return closed;
  };
  const { certificate } = vcenter;
  return {
    url: `https://127.0.0.1:${face.port}`,
    username: options.username,
    password: options.password,
    thumbprintSha1: certificate.thumbprintSha1,
    thumbprintSha256: certificate.thumbprintSha256,
    caPem: certificate.certificatePem,
    vm: async (name) => vmView(findMachine(vcenter, name)),
    vms: async () => allMachines(vcenter).map(vmView),
    guest: (name) => guestOf(vcenter, name),
    faults: faultScript(vcenter),
    journal: {
      calls: async () => [...vcenter.journal.calls],
      reads: async () => vcenter.journal.reads.filter((read) => read.end > read.start).map((read) => ({ ...read })),
      clear: async () => vcenter.journal.clear(),
    },
    close: closeOnce,
    [Symbol.asyncDispose]: closeOnce,
  };
}

async function makeVcenter(options: VsphereSimulatorOptions): Promise<Vcenter> {
  const clock = options.clock ?? systemClock;
  const random = options.random ?? systemRandom;
  const world = new World();
  const events = new EventLog(clock);
  const accounts = new Map(
    [{ username: options.username, password: options.password, missingPrivileges: [] }, ...(options.accounts ?? [])].map((account) => [
      account.username,
      { password: account.password, missingPrivileges: new Set(account.missingPrivileges ?? []) },
    ]),
  );
  const tasks = new Tasks({
    clock,
    world,
    taskMs: options.taskMs ?? defaultTaskMs,
    keepMs: tasksKeptMs,
    nextEventChainId: () => events.nextChainId(),
  });
  const faultPlan = new FaultPlan();
  faultPlan.add(options.faults ?? []);
  const seed = options.estate.datacenters.map((datacenter) => datacenter.name).join('/');
  const stableUuid = (name: string): string => uuidFrom(createHash('sha256').update(`${seed}\n${name}`).digest().subarray(0, 16));
  const vcenter: Vcenter = {
    clock,
    random,
    certificate: await serverCertificate(options.folder),
    apiVersion: options.estate.apiVersion ?? '8.0.3.0',
    instanceUuid: options.estate.instanceUuid ?? stableUuid('vcenter'),
    world,
    sessions: new Sessions({
      clock,
      random,
      accounts,
      sessionIdleMs: options.sessionIdleMs ?? defaultSessionIdleMs,
      sessionsMax: options.sessionsMax ?? defaultSessionsMax,
    }),
    tasks,
    events,
    faultPlan,
    journal: new RecordingJournal(),
    shelf: new DiskShelf(random),
    leaseTimeoutSeconds: options.leaseTimeoutSeconds ?? 300,
    root: createFolder(world, tasks, 'Datacenter', 'Datacenters', undefined),
    datacenters: [],
    dials: { cutEveryBytes: undefined, consolidationNeededAfterRemovals: 0 },
    unregistered: new Map(),
    stableUuid,
    randomUuid: () => uuidFrom(random.bytes(16)),
    createDatastoreBrowser: (datastores) => {
      const browser: DatastoreBrowser = {
        ref: moRef('HostDatastoreBrowser', world.nextId('datastoreBrowser')),
        datastores,
        properties: { datastore: () => datastores().map((one) => one.ref), supportedType: () => [] },
      };
      return world.add(browser).ref;
    },
    createEnvironmentBrowser: (datastoreBrowser) =>
      world.add({ ref: moRef('EnvironmentBrowser', world.nextId('envbrowser')), properties: { datastoreBrowser: () => datastoreBrowser } }).ref,
  };
  addServices(vcenter);
  return vcenter;
}
