import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

export interface Measurement {
  /** user and system time of the command and all its children */
  readonly cpuSeconds: number;
  readonly wallSeconds: number;
  /** most memory resident at once, bytes; summed over the processes of the command */
  readonly peakBytes: number;
  /** the end of what it wrote to standard output and error */
  readonly said: string;
}

export interface Command {
  readonly file: string;
  readonly parameters: readonly string[];
  readonly environment?: NodeJS.ProcessEnv;
}

const ticksPerSecond = 100;
const pollMs = 40;

/**
 * Runs a command to its end and measures it. One at a time: the CPU time is what this process's waited-for children gained.
 *
 * @throws Error with the end of what the command said, when it fails
 */
export async function measure({ file, parameters, environment }: Command): Promise<Measurement> {
  const cpuBefore = childrenCpuSeconds();
  const started = performance.now();
  const child = spawn(file, parameters, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...environment } });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => (said = (said + text).slice(-4000)));
  // The high-water mark only ever rises, so looking now and then misses at most what comes in the last moments.
  const peaks = new Map<number, number>();
  const poll = setInterval(() => notePeaks(child.pid as number, peaks), pollMs);
  const code = await new Promise<number | null>((resolve, reject) => child.on('error', reject).on('exit', resolve)).finally(() => clearInterval(poll));
  const wallSeconds = (performance.now() - started) / 1000;
  if (code !== 0) throw new Error(`${file} ${parameters.join(' ')} ended with ${code}:\n${said}`);
  return { cpuSeconds: childrenCpuSeconds() - cpuBefore, wallSeconds, peakBytes: [...peaks.values()].reduce((sum, bytes) => sum + bytes, 0), said };
}

/** cutime and cstime of this process: the 16th and 17th field of its stat line, counted after the name in parentheses. */
function childrenCpuSeconds(): number {
  const stat = readFileSync('/proc/self/stat', 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[13]) + Number(fields[14])) / ticksPerSecond;
}

function notePeaks(pid: number, peaks: Map<number, number>): void {
  try {
    const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    if (kilobytes !== undefined) peaks.set(pid, Number(kilobytes) * 1024);
    for (const child of readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ')) if (child !== '') notePeaks(Number(child), peaks);
  } catch {
    // It has just ended: its last known peak stands.
  }
}

/** Sizes of all files below a folder, bytes. */
export async function bytesIn(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const sizes = await Promise.all(entries.filter((entry) => entry.isFile()).map(async (entry) => (await stat(join(entry.parentPath, entry.name))).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}
