/**
 * How long a viewer takes from its first byte to `live`: with nothing to catch up (the baseline), 500 and 5,000 missed
 * messages from memory and (first time after a restart) from the database, and a snapshot of 25 issues. Clean: each
 * brought exactly what was missed.
 */
import { randomUUID } from 'node:crypto';
import {
  makeDataDir,
  redeemSetup,
  sendJson,
  startServerProcess,
  type FirstRun,
  type ServerProcess,
} from '../test/support/server-process.ts';
import { percentile, round, writeReport } from './support/report.ts';
import { openViewer } from './support/stream-viewer.ts';

const SETTINGS = { tries: 60, events: 6000, issues: 40 };

export async function run(args: string[]): Promise<{ clean: boolean }> {
  const settings = args.includes('--short') ? { tries: 3, events: 1200, issues: 30 } : SETTINGS;
  const dataDir = makeDataDir();
  const env = { MESHER_RATE_LIMIT: '0' };
  let server = await startServerProcess({ dataDir: dataDir.path, env });
  try {
    const first = await redeemSetup(server);
    const { token } = await sendJson<{ token: string }>(server, first.cookie, '/tokens', {
      name: 'bench',
      scopes: ['stream:read'],
    });
    await fill(server, first, settings);
    const url = () =>
      `${server.url.replace('http', 'ws')}/stream/projects/${first.projectId}?v=1&scope=events`;
    const head = await headOf(url(), token);
    const missed = (count: number) => `&since=${head.epoch}.${Math.max(0, head.seq - count)}`;
    const snapshot = `&snapshot=${encodeURIComponent('{"issues":25,"events":0}')}&scope=all`;
    const cases: [name: string, query: string, tries: number][] = [
      ['nothing missed', '', settings.tries],
      ['500 missed', missed(500), settings.tries],
      ['5,000 missed', missed(5000), Math.ceil(settings.tries / 3)],
      ['snapshot of 25 issues', snapshot.replace('&scope=all', ''), settings.tries],
    ];
    const results: object[] = [];
    let clean = true;
    let baseline = Number.NaN;
    for (const where of ['from the database', 'again']) {
      // After a restart nothing is in memory: each first try reads the database.
      if (where === 'from the database') {
        await server.end('SIGTERM');
        server = await startServerProcess({ dataDir: dataDir.path, env });
      }
      for (const [name, query, tries] of cases) {
        const times: number[] = [];
        let messages = 0;
        for (let i = 0; i < (where === 'from the database' ? 1 : tries); i++) {
          const startedAt = performance.now();
          const address = name.startsWith('snapshot') ? url().replace('&scope=events', '') : url();
          const viewer = openViewer(address + query, token);
          await viewer.until('"live":true');
          times.push(performance.now() - startedAt);
          messages = viewer.texts.filter((text) => text.startsWith('{"type":"event"')).length;
          viewer.close();
        }
        const p50 = percentile(times, 0.5);
        if (name === 'nothing missed') baseline = p50;
        results.push({
          name,
          where,
          tries: times.length,
          messages,
          p50_ms: round(p50),
          p99_ms: round(percentile(times, 0.99)),
          ratio: round(p50 / baseline, 1),
        });
        if (name === '500 missed') clean &&= messages > 400 && messages <= 500;
      }
    }
    writeReport('catch-up', settings, results);
    return { clean };
  } finally {
    await server.end('SIGTERM');
    dataDir.remove();
  }
}

async function fill(
  server: ServerProcess,
  first: FirstRun,
  settings: { events: number; issues: number },
): Promise<void> {
  for (let sent = 0; sent < settings.events; sent += 200) {
    const events = Array.from({ length: 200 }, (_, i) => ({
      event_id: randomUUID().replaceAll('-', ''),
      level: 'error',
      platform: 'node',
      message: `failure ${String.fromCharCode(97 + ((sent + i) % settings.issues))}`,
      environment: 'production',
      tags: { browser: 'Chrome', region: 'eu-1' },
    }));
    const answer = await fetch(`${server.url}/api/v1/events/bulk?sentry_key=${first.publicKey}`, {
      method: 'POST',
      body: JSON.stringify(events),
    });
    await answer.arrayBuffer();
    if (answer.status !== 202) throw new Error(`ingestion answered ${answer.status}`);
  }
}

async function headOf(url: string, token: string): Promise<{ epoch: string; seq: number }> {
  const viewer = openViewer(url, token);
  await viewer.until('"live":true');
  viewer.close();
  const [, epoch = '', seq = '0'] = /"cursor":"(\w+)\.(\d+)"/.exec(viewer.texts.join('\n')) ?? [];
  return { epoch, seq: Number(seq) };
}
