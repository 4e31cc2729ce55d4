/** A command of `mesher` as a user types it: its own process, its output, its exit code. */
import { spawn } from 'node:child_process';
import { ROOT, withoutTestSettings } from './server-process.ts';

export interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

export interface RunningCommand {
  stdout(): string;
  stderr(): string;
  ended: Promise<Ended>;
  end(signal: NodeJS.Signals): Promise<Ended>;
}

type Settings = Readonly<Record<string, string>>;

/** Runs until somebody ends it: `tail`, a `start` that is expected to fail. */
export function spawnMesher(args: readonly string[], env: Settings): RunningCommand {
  const child = spawn(process.execPath, ['src/main.ts', ...args], {
    cwd: ROOT,
    env: { ...withoutTestSettings(process.env), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  // `close`, not `exit`: what was printed last is still in the pipes at exit.
  const ended = new Promise<Ended>((resolve) =>
    child.once('close', (code) => resolve({ code, stdout, stderr })),
  );
  return {
    stdout: () => stdout,
    stderr: () => stderr,
    ended,
    end(signal) {
      child.kill(signal);
      return ended;
    },
  };
}

export function runMesher(args: readonly string[], env: Settings): Promise<Ended> {
  return spawnMesher(args, env).ended;
}
