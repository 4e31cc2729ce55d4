/** `mesher doctor`: checks what usually goes wrong on a machine, one line each, and how to mend it. */
import { statfsSync, accessSync, mkdirSync, constants } from 'node:fs';
import { connect } from 'node:net';
import type { Config } from '../config.ts';
import { baseUrl, configOf, parseFlags, type Command } from './command.ts';
import { withDatabase } from './with-database.ts';

interface Finding {
  check: string;
  ok: boolean;
  detail: string;
  hint?: string;
}

const LOW_DISK_BYTES = 1024 ** 3;

export const doctorCommand: Command = {
  summary: 'check this machine and the installation',
  usage: 'mesher doctor [--json]',
  async run(args, io) {
    const { values } = parseFlags(args, { json: { type: 'boolean' } });
    const config = configOf(io);
    const findings: Finding[] = [
      nodeVersion(),
      ...dataDir(config),
      await server(config),
      ...(await database(config)),
    ];
    if (values.json) io.out(JSON.stringify(findings));
    else {
      for (const { ok, check, detail, hint } of findings) {
        io.out(`${ok ? 'ok  ' : 'FAIL'}  ${check}: ${detail}`);
        if (!ok && hint !== undefined) io.out(`      ${hint}`);
      }
    }
    return findings.every((finding) => finding.ok) ? 0 : 1;
  },
};

function nodeVersion(): Finding {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  return {
    check: 'node',
    ok: major > 22 || (major === 22 && minor >= 18),
    detail: process.version,
    hint: 'Mesher needs Node 22.18 or newer; in a checkout run it with npm start, which brings its own.',
  };
}

function dataDir(config: Config): Finding[] {
  if (config.databaseUrl !== undefined) return [];
  try {
    mkdirSync(config.dataDir, { recursive: true });
    accessSync(config.dataDir, constants.W_OK);
    const disk = statfsSync(config.dataDir);
    const free = disk.bavail * disk.bsize;
    return [
      { check: 'data dir', ok: true, detail: config.dataDir },
      {
        check: 'free disk',
        ok: free > LOW_DISK_BYTES,
        detail: `${(free / 1024 ** 3).toFixed(1)} GB`,
        hint: 'Below 1 GB PostgreSQL may stop; make room or move MESHER_DATA_DIR.',
      },
    ];
  } catch (error) {
    return [
      {
        check: 'data dir',
        ok: false,
        detail: String(error),
        hint: 'Set MESHER_DATA_DIR to a folder this user can write.',
      },
    ];
  }
}

async function server(config: Config): Promise<Finding> {
  const url = baseUrl(config);
  try {
    const answer = await fetch(`http://${config.host}:${config.port}/readyz`, {
      signal: AbortSignal.timeout(2000),
    });
    const body = (await answer.json()) as { status?: string; message?: string };
    return {
      check: 'server',
      ok: answer.ok,
      detail: `${url} is ${body.status ?? 'not Mesher'}`,
      hint: body.message ?? 'Its log says which part is down.',
    };
  } catch {
    const taken = await portTaken(config);
    return {
      check: 'server',
      ok: !taken,
      detail: taken
        ? `another program listens on port ${config.port}`
        : `not running; port ${config.port} is free`,
      hint: 'Set MESHER_PORT, or end the other program.',
    };
  }
}

function portTaken(config: Config): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: config.host, port: config.port, timeout: 1000 });
    const settle = (taken: boolean) => {
      socket.destroy();
      resolve(taken);
    };
    socket.once('connect', () => settle(true));
    socket.once('error', () => settle(false));
    socket.once('timeout', () => settle(false));
  });
}

async function database(config: Config): Promise<Finding[]> {
  const kind = config.databaseUrl === undefined ? 'embedded' : 'external';
  try {
    const version = await withDatabase(config, (db) => db.serverVersion());
    return [
      {
        check: 'database',
        ok: version >= 15,
        detail: `${kind} PostgreSQL ${version}, schema up to date`,
        hint: 'Mesher needs PostgreSQL 15 or newer.',
      },
    ];
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const hint =
      error instanceof Error && 'hint' in error
        ? String(error.hint)
        : 'Check DATABASE_URL and that the server is up.';
    return [{ check: 'database', ok: false, detail: `${kind}: ${message}`, hint }];
  }
}
