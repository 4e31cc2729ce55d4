/** Minidumps of crashed native programs: an event of the fields that came along, the dump as its attachment. */
import { refused, type Answer } from '../answers.ts';
import { parseEventId } from '../normalize/attributes.ts';
import { asObject } from '../normalize/text.ts';
import { parsePayload } from '../payload.ts';
import type { RequestFacts } from '../process-items.ts';
import type { EndpointDeps } from './endpoint-deps.ts';
import type { ReadForm } from './multipart-files.ts';

const MAX_PATH = 8;

export async function answerMinidump(
  { files, fields, fileKinds }: ReadForm,
  facts: RequestFacts,
  { deps, items }: EndpointDeps,
): Promise<Answer> {
  // A dump for which there was no room, or that was one too many, still tells of a crash.
  if (!fileKinds.includes('event.minidump')) {
    await deps.items.attachments.discard(files.map((file) => file.id));
    return refused(400, 'there is no upload_file_minidump in the form');
  }
  const answer = await items.events([minidumpPayload(fields)], facts, { attachments: files });
  const { id } = answer.body;
  if (answer.status !== 200 || typeof id !== 'string') return answer;
  // Crash reporters show this text to people.
  const dashed = id.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  return { ...answer, text: dashed, headers: { ...answer.headers, 'content-type': 'text/plain' } };
}

function minidumpPayload(fields: readonly [string, string][]): { [key: string]: unknown } {
  const payload: { [key: string]: unknown } = {};
  const extra: [string, string][] = [];
  for (const [name, value] of fields) {
    const path = /^sentry((?:\[[^\][]{0,200}\])+)$/.exec(name)?.[1];
    if (name === 'sentry') Object.assign(payload, ownEntries(value));
    else if (path !== undefined) setPath(payload, path.slice(1, -1).split(']['), value);
    else extra.push([name, value]);
  }
  if (parseEventId(payload['event_id']) === null) delete payload['event_id'];
  return {
    platform: 'native',
    level: 'fatal',
    exception: {
      values: [
        {
          type: 'Minidump',
          value: 'The program crashed; its minidump is attached.',
          mechanism: { type: 'minidump', handled: false, synthetic: true },
        },
      ],
    },
    ...payload,
    ...(extra.length > 0 ? { extra: { ...asObject(payload['extra']), ...Object.fromEntries(extra) } } : {}),
  };
}

function ownEntries(json: string): { [key: string]: unknown } {
  const parsed = parsePayload(Buffer.from(json));
  return parsed.kind === 'object' ? parsed.value : {};
}

/** `sentry[tags][a]=b` → `{tags: {a: 'b'}}`; `__proto__` becomes nothing. */
function setPath(payload: { [key: string]: unknown }, path: readonly string[], value: string): void {
  if (path.length > MAX_PATH || path.includes('__proto__')) return;
  let at = payload;
  for (const key of path.slice(0, -1)) {
    const next = Object.hasOwn(at, key) ? asObject(at[key]) : null;
    if (next === null) at[key] = {};
    at = next ?? asObject(at[key]) ?? {};
  }
  const last = path.at(-1);
  if (last !== undefined) at[last] = value;
}
