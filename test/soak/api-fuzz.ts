/**
 * `npm run soak -- api-fuzz [--runs 1000] [--seed n] [--schemathesis path [--seconds 600]]`: so many requests of each operation of the
 * OpenAPI document against a server of its own; result in bench/results/api-fuzz.json. With the path of schemathesis
 * (PyPI) the same server is tried by it as well: it must find no 500 and no answer that the document does not allow.
 */
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { writeReport } from '../../bench/support/report.ts';
import { scopeSchema } from '../../src/api/schemas.ts';
import { fuzzApi } from '../support/api-fuzz.ts';
import { makeDataDir, redeemSetup, sendJson, startServerProcess } from '../support/server-process.ts';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '1000' },
    seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
    schemathesis: { type: 'string' },
    seconds: { type: 'string', default: '600' },
  },
});
const settings = { runs: Number(values.runs), seed: Number(values.seed) };
const CHECKS =
  'not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance';

const dataDir = makeDataDir();
const server = await startServerProcess({ dataDir: dataDir.path, env: { MESHER_LOG_LEVEL: 'warn' } });
try {
  const first = await redeemSetup(server);
  const report = await fuzzApi({
    server,
    first,
    ...settings,
    onProgress: (operation, { requests, wrong }) =>
      console.log(`${requests} requests, ${wrong.length} wrong: ${operation}`),
  });
  const rows: object[] = [{ by: 'own', ...report, statuses: JSON.stringify(report.statuses) }];
  let failed = report.wrong.length + report.never_succeeded.length > 0;
  if (values.schemathesis !== undefined) {
    const { token } = await sendJson<{ token: string }>(server, first.cookie, '/tokens', {
      name: 'schemathesis',
      scopes: scopeSchema.options,
    });
    const { status, stdout } = spawnSync(
      values.schemathesis,
      [
        'run',
        `${server.url}/api/v1/openapi.json`,
        '--url',
        `${server.url}/api/v1`,
        '--checks',
        CHECKS,
        '--seed',
        String(settings.seed),
        '--max-time',
        values.seconds,
        '--max-examples',
        '50',
        '--exclude-method',
        'DELETE',
        // What ends sessions, or what the others need; and without a mail server a reset is 503, as documented.
        '--exclude-path-regex',
        '/me/password|/leave$|/discard$|/merge$|^/password-resets$',
        '-H',
        // It makes up an Authorization of its own otherwise, beside which a cookie counts for nothing.
        `Authorization: Bearer ${token}`,
      ],
      { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 },
    );
    console.log(stdout);
    const summary = stdout.split('\n').filter((line) => /passed|failed|generated|Operations/.test(line));
    rows.push({ by: 'schemathesis', exit: status, summary: summary.map((line) => line.trim()) });
    failed ||= status !== 0;
  }
  writeReport('api-fuzz', settings, rows);
  if (failed) process.exitCode = 1;
} finally {
  await server.end('SIGTERM');
  dataDir.remove();
}
