/**
 * `npm run bench -- hot-path [--rounds 3] [--rules 100]`: CPU of one event from received bytes to a row for the writer, without
 * sockets and without the database: gunzip, parse, normalise, scrub, group, compress. Baseline in the same round:
 * gunzip and JSON.parse. Steps are measured one by one as well.
 */
import { parseArgs } from 'node:util';
import { gunzipSync, gzipSync } from 'node:zlib';
import { groupEvent } from '../src/group/group-event.ts';
import { decodeSmall } from '../src/ingest/decode-body.ts';
import { parseEnvelope } from '../src/ingest/envelope-parser.ts';
import { normalizeEvent } from '../src/ingest/normalize/normalize-event.ts';
import { parsePayload } from '../src/ingest/payload.ts';
import { maxKept } from '../src/ingest/process-items.ts';
import { digestPayload, pack } from '../src/digest.ts';
import { groupingSettingsOf } from '../src/grouping-settings.ts';
import { ruleSettingsOf } from '../src/rule-settings.ts';
import type { ProjectSettings } from '../src/store/projects.ts';
import { projectWithRules } from './support/project-rules.ts';
import { eventJson } from './support/event-body.ts';
import { round, writeReport } from './support/report.ts';

const BODIES = 400;
const MAX_BYTES = 4 * 1024 * 1024;

export async function run(args: string[]): Promise<{ clean: boolean }> {
  const { values } = parseArgs({
    args,
    options: {
      rounds: { type: 'string', default: '3' },
      passes: { type: 'string', default: '10' },
      rules: { type: 'string', default: '0' },
    },
  });
  const bodies = Array.from({ length: BODIES }, (_, i) => {
    const id = i.toString(16).padStart(32, '0');
    return gzipSync(
      `{"event_id":"${id}","sent_at":"${new Date().toISOString()}"}\n{"type":"event"}\n${eventJson(id, i % 200)}\n`,
    );
  });
  const passes = Number(values.passes);
  const rows = [];
  for (let i = 0; i < Number(values.rounds) + 1; i++) {
    const baseline = perEvent(bodies, passes, (body) => {
      const text = gunzipSync(body).toString();
      return JSON.parse(text.split('\n', 3)[2] ?? '') as object;
    });
    const ours = steps(bodies, passes);
    const ruled = values.rules === '0' ? null : digestRound(bodies, passes, Number(values.rules));
    // The first round warms up.
    if (i > 0)
      rows.push({
        round: i,
        baseline_us: round(baseline),
        ...ours,
        over_baseline_us: round(ours.total_us - baseline),
        ratio: round(ours.total_us / baseline, 2),
        ...ruled,
      });
  }
  writeReport('hot-path', { events: BODIES * passes }, rows);
  return { clean: true };
}

function steps(bodies: readonly Buffer[], passes: number) {
  const decode = (body: Buffer) => {
    const decoded = decodeSmall(body, 'gzip', MAX_BYTES);
    if (decoded.kind !== 'bytes') throw new Error('not decoded');
    const parsed = parseEnvelope(decoded.bytes, maxKept);
    const item = parsed.kind === 'envelope' ? parsed.envelope.items[0] : undefined;
    if (!item?.payload) throw new Error('no item');
    return item.payload;
  };
  const parse = (body: Buffer) => {
    const payload = parsePayload(decode(body));
    if (payload.kind !== 'object') throw new Error('not parsed');
    return payload.value;
  };
  const normalize = (body: Buffer) => {
    const value = parse(body);
    return normalizeEvent(value, {
      eventId: String(value['event_id']),
      receivedMs: Date.now(),
      sentAt: undefined,
      sdk: undefined,
      clientIp: null,
      payloadBytes: 12_000,
    });
  };
  const group = (body: Buffer) => {
    const event = normalize(body);
    return { event, grouping: groupEvent(event, { version: 'v1' }) };
  };
  const whole = (body: Buffer) => {
    const { event, grouping } = group(body);
    return pack(event, grouping, { projectId: 1, keyId: 1 });
  };
  const at = [decode, parse, normalize, group, whole].map((step) => perEvent(bodies, passes, step));
  const [decodeUs = 0, parseUs = 0, normalizeUs = 0, groupUs = 0, wholeUs = 0] = at;
  return {
    decode_us: round(decodeUs),
    parse_us: round(parseUs - decodeUs),
    normalize_us: round(normalizeUs - parseUs),
    group_us: round(groupUs - normalizeUs),
    pack_us: round(wholeUs - groupUs),
    total_us: round(wholeUs),
  };
}

/** The whole digest with a project's rules and without, in turns, as a digest thread runs it. */
function digestRound(bodies: readonly Buffer[], passes: number, rules: number) {
  const payloads = bodies.map((body) => {
    const decoded = decodeSmall(body, 'gzip', MAX_BYTES);
    const parsed = decoded.kind === 'bytes' ? parseEnvelope(decoded.bytes, maxKept) : null;
    const payload = parsed?.kind === 'envelope' ? parsed.envelope.items[0]?.payload : undefined;
    if (!payload) throw new Error('no payload');
    return Buffer.from(payload);
  });
  const digestWith = (settings: ProjectSettings) => {
    const grouping = groupingSettingsOf(settings);
    const own = ruleSettingsOf(settings);
    const source = {
      receivedMs: Date.now(),
      sentAt: undefined,
      sdk: undefined,
      clientIp: null,
      payloadBytes: 12_000,
    };
    return (payload: Buffer) =>
      digestPayload({ payload, source, origin: { projectId: 1, keyId: 1 }, grouping, rules: own });
  };
  const none = digestWith({ groupingVersion: 'v2' });
  const all = digestWith(projectWithRules(rules));
  // In slices and turns: the load of the machine weighs on both alike.
  const cost = { none: 0, all: 0 };
  for (let pass = 0; pass < passes; pass++) {
    cost.none += perEvent(payloads, 1, none) / passes;
    cost.all += perEvent(payloads, 1, all) / passes;
  }
  return {
    digest_us: round(cost.none),
    [`digest_${rules}_rules_us`]: round(cost.all),
    rules_ratio: round(cost.all / cost.none, 2),
  };
}

/** CPU microseconds (user + sys, all threads of the process) an event. */
function perEvent(bodies: readonly Buffer[], passes: number, work: (body: Buffer) => unknown): number {
  const before = process.cpuUsage();
  for (let pass = 0; pass < passes; pass++) for (const body of bodies) work(body);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / (bodies.length * passes);
}
