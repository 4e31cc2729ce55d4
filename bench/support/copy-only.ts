/**
 * The writer's upper bound: the event rows alone, sent with COPY in batches of 500, one durable transaction each,
 * into a table of the same shape in the same server. Returns rows a second.
 */
import { randomUUID } from 'node:crypto';
import { pipeline } from 'node:stream/promises';
import { Readable } from 'node:stream';
import pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { gzipSync } from 'node:zlib';
import { eventJson } from './event-body.ts';

const BATCH = 500;

export async function copyOnly(url: string, ms: number): Promise<number> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query('create table copy_only (like events including storage including indexes)');
  const payloads = Array.from({ length: 50 }, (_, i) =>
    gzipSync(eventJson(randomUUID(), i), { level: 1 }).toString('hex'),
  );
  let rows = 0;
  const started = performance.now();
  while (performance.now() - started < ms) {
    let text = '';
    const now = new Date().toISOString();
    for (let i = 0; i < BATCH; i++) {
      text += `${now.slice(0, 10)}\t1\t${randomUUID()}\t${i % 200}\t${now}\t${now}\t3\tproduction\tshop@2.4.1\tid:1\tPaymentError\tPOST /checkout\t1\t\\\\x${payloads[i % 50]}\n`;
    }
    await client.query('begin');
    const stream = client.query(
      copyFrom(
        'copy copy_only (day, project_id, event_id, issue_id, received_at, occurred_at, level, environment, release, user_ident, title, culprit, encoding, payload) from stdin',
      ),
    );
    await pipeline(Readable.from([Buffer.from(text)]), stream);
    await client.query('commit');
    rows += BATCH;
  }
  const perSecond = Math.round((rows * 1000) / (performance.now() - started));
  await client.query('drop table copy_only');
  await client.end();
  return perSecond;
}
