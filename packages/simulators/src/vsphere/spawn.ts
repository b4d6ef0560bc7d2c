import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Estate } from './estate.ts';
import type { FaultRule } from './faults.ts';
import type { Guest, VsphereSimulator } from './handle.ts';
import type { Answers, CommandName, Commands, Ready } from './serve-protocol.ts';

export interface SpawnOptions {
  /** As for a simulator in this process. Estate and password are written there, for the new process to read. */
  readonly folder: string;
  readonly username: string;
  readonly password: string;
  readonly estate: Estate;
  readonly port?: number;
  readonly faults?: readonly FaultRule[];
  readonly taskMs?: number;
  readonly leaseTimeoutSeconds?: number;
  /** Ends the process. */
  readonly signal?: AbortSignal;
}

/** Bytes of one read from a guest's disk; what is longer goes in parts, so that no line grows without bound. */
const readBytesMax = 4 * 1024 * 1024;

/** Starts a simulated vCenter in a process of its own, which ends with `close()`, with the signal, or with this process. */
export async function spawnVsphereSimulator(options: SpawnOptions): Promise<VsphereSimulator> {
  await mkdir(options.folder, { recursive: true });
  const estateFile = join(options.folder, 'estate.json');
  const passwordFile = join(options.folder, 'password');
  await writeFile(estateFile, JSON.stringify(options.estate));
  await writeFile(passwordFile, options.password, { mode: 0o600 });
  const args = [join(import.meta.dirname, 'serve.ts'), '--estate', estateFile, '--folder', join(options.folder, 'state')];
  args.push('--username', options.username, '--password-file', passwordFile);
  if (options.port !== undefined) args.push('--port', String(options.port));
  if (options.taskMs !== undefined) args.push('--task-ms', String(options.taskMs));
  if (options.leaseTimeoutSeconds !== undefined) args.push('--lease-timeout-seconds', String(options.leaseTimeoutSeconds));
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'pipe'], ...(options.signal !== undefined && { signal: options.signal }) });
  const talk = new Talk(child);
  const ready = await talk.ready;
  const simulator = handleOver(talk, ready);
  if (options.faults !== undefined && options.faults.length > 0) await simulator.faults.add(...options.faults);
  return simulator;
}

/** The line protocol with the child: answers come in the order of the commands. */
class Talk {
  readonly ready: Promise<Ready>;
  readonly ended: Promise<void>;
  readonly #child: ChildProcess;
  readonly #waiting: { resolve(line: string): void; reject(error: Error): void }[] = [];
  #complaint = '';
  #failure: Error | undefined;

  constructor(child: ChildProcess) {
    this.#child = child;
    this.ready = this.#line().then((line) => JSON.parse(line) as Ready);
    child.stderr?.on('data', (part: Buffer) => {
      this.#complaint = (this.#complaint + part.toString()).slice(-4000);
    });
    createInterface({ input: child.stdout! }).on('line', (line) => this.#waiting.shift()?.resolve(line));
    // A write to a child that has just ended fails; its end is reported below, with the reason.
    child.stdin?.on('error', () => undefined);
    this.ended = new Promise((resolve) => {
      const over = (reason: string): void => {
        this.#failure = new Error(`the simulated vCenter ${reason}${this.#complaint === '' ? '' : `:\n${this.#complaint}`}`);
        for (const one of this.#waiting.splice(0)) one.reject(this.#failure);
        resolve();
      };
      child.once('error', (error) => over(`did not start or was stopped: ${error.message}`));
      child.once('close', (code, signal) => over(`ended (${signal ?? `code ${code}`})`));
    });
  }

  async command<Name extends CommandName>(name: Name, order: Commands[Name]): Promise<Answers[Name]> {
    if (this.#failure !== undefined) throw this.#failure;
    const line = this.#line();
    this.#child.stdin?.write(`${JSON.stringify({ [name]: order })}\n`);
    const answer = JSON.parse(await line) as { ok: Answers[Name] } | { error: string };
    if ('error' in answer) throw new Error(answer.error);
    return answer.ok;
  }

  async close(): Promise<void> {
    if (this.#failure === undefined) this.#child.stdin?.end();
    await this.ended;
  }

  #line(): Promise<string> {
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
  }
}

function handleOver(talk: Talk, ready: Ready): VsphereSimulator {
  const close = (): Promise<void> => talk.close();
  return {
    ...ready,
    vm: (name) => talk.command('vm', { name }),
    vms: () => talk.command('vms', {}),
    guest: (name) => guestOver(talk, name),
    faults: {
      add: async (...rules) => void (await talk.command('addFaults', { rules })),
      clear: async () => void (await talk.command('clearFaults', {})),
      cutEveryBytes: async (bytes) => void (await talk.command('cutEveryBytes', bytes === undefined ? {} : { bytes })),
      dropSessions: async () => void (await talk.command('dropSessions', {})),
      consolidationNeededAfterRemovals: async (count) => void (await talk.command('consolidationNeededAfterRemovals', { count })),
      loseSnapshot: async (vm, snapshot) => void (await talk.command('loseSnapshot', { vm, snapshot })),
    },
    journal: {
      calls: () => talk.command('calls', {}),
      reads: () => talk.command('reads', {}),
      clear: async () => void (await talk.command('clearJournal', {})),
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

function guestOver(talk: Talk, vm: string): Guest {
  return {
    writeExtent: async (disk, offset, bytes) => void (await talk.command('writeExtent', { vm, disk, offset, base64: Buffer.from(bytes).toString('base64') })),
    writeImage: (disk, file) => talk.command('writeImage', { vm, disk, file }),
    unmap: async (disk, offset, length) => void (await talk.command('unmap', { vm, disk, offset, length })),
    readDisk: async (disk, offset = 0, length) => {
      const wanted = length ?? ((await talk.command('vm', { name: vm })).disks[disk]?.capacityBytes ?? 0) - offset;
      const bytes = new Uint8Array(wanted);
      for (let done = 0; done < wanted; done += readBytesMax) {
        const part = await talk.command('readDisk', { vm, disk, offset: offset + done, length: Math.min(readBytesMax, wanted - done) });
        bytes.set(Buffer.from(part.base64, 'base64'), done);
      }
      return bytes;
    },
    exportDisk: async (disk, file, options = {}) => void (await talk.command('exportDisk', { vm, disk, file, ...options })),
    lieAboutChanges: async (disk, way) => void (await talk.command('lieAboutChanges', { vm, disk, ...(way !== undefined && { way }) })),
  };
}
