import { readFileSync, readlinkSync } from 'node:fs';

/** Tells whether the process that left a mark is still running, as far as that can be known from here. */
export interface ProcessIdentity {
  /** Goes into marks. */
  readonly mark: string;
  /** `unknown`: on another machine, or behind another process namespace. */
  stateOf(mark: string): 'alive' | 'ended' | 'unknown';
}

/** Identity by kernel boot, process namespace, process id and start time: never the same for two processes. */
export function linuxProcessIdentity(): ProcessIdentity {
  const place = `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()}/${readlinkSync('/proc/self/ns/pid')}`;
  const own = `${place}/${process.pid}/${startTimeOf(process.pid)}`;
  return {
    mark: own,
    stateOf: (mark) => {
      const parts = mark.split('/');
      if (parts.length !== 4 || `${parts[0]}/${parts[1]}` !== place) return 'unknown';
      return startTimeOf(Number(parts[2])) === parts[3] ? 'alive' : 'ended';
    },
  };
}

/** Clock ticks since boot at which a process started; `undefined` when there is none, or only its remains. */
function startTimeOf(pid: number): string | undefined {
  let status: string;
  try {
    status = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch (error) {
    if (['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  }
  // The second field is the program's name in parentheses and may hold anything; what follows its last ")" is plain.
  const fields = status.slice(status.lastIndexOf(')') + 2).split(' ');
  return fields[0] === 'Z' || fields[0] === 'X' ? undefined : fields[19];
}
