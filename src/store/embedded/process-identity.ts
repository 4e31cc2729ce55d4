/**
 * Which process a pid in a file means. A pid alone is reused after a reboot or a kill, so it goes with the start
 * time of its process where /proc tells it (Linux); elsewhere only that the pid is taken.
 */
import { readFileSync } from 'node:fs';

export interface ProcessIdentity {
  readonly pid: number;
  /** Clock ticks from boot to the start of the process; null where there is no /proc. */
  readonly startedTicks: string | null;
}

export function identityOf(pid: number): ProcessIdentity {
  return { pid, startedTicks: startedTicks(pid) };
}

/** Whether that very process still runs. A zombie does not. */
export function isRunning(identity: ProcessIdentity): boolean {
  const ticks = startedTicks(identity.pid);
  if (ticks !== null) return identity.startedTicks === null || ticks === identity.startedTicks;
  if (process.platform === 'linux') return false;
  try {
    process.kill(identity.pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

function startedTicks(pid: number): string | null {
  try {
    // Field 2 is the program's name in brackets and may hold blanks and brackets itself.
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' || fields[0] === 'X' ? null : (fields[19] ?? null);
  } catch {
    return null;
  }
}
