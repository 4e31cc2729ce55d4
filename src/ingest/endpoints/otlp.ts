/** `/v1/traces`, `/v1/logs` of OpenTelemetry exporters, JSON and protobuf: their exceptions become events. */
import { refused, type Answer } from '../answers.ts';
import { asObject } from '../normalize/text.ts';
import { exceptionsOf } from '../otlp/exceptions.ts';
import { readProtobuf } from '../otlp/protobuf.ts';
import { parseJson } from '../payload.ts';
import type { RequestFacts } from '../process-items.ts';
import type { EndpointDeps } from './endpoint-deps.ts';

const PROTOBUF = /^application\/(?:x-)?protobuf\b/i;
const JSON_TYPE = /^application\/json\b/i;

export function isOtlpType(contentType: string | undefined): boolean {
  return PROTOBUF.test(contentType ?? '') || JSON_TYPE.test(contentType ?? '');
}

export async function answerOtlp(
  o: { signal: 'traces' | 'logs'; contentType: string; bytes: Uint8Array },
  facts: RequestFacts,
  { items }: EndpointDeps,
): Promise<Answer> {
  const isProtobuf = PROTOBUF.test(o.contentType);
  const request = isProtobuf ? readProtobuf(o.bytes, o.signal) : asObject(parseJson(o.bytes));
  const [category, reason] =
    o.signal === 'traces' ? (['span', 'span'] as const) : (['log_item', 'log'] as const);
  if (request === null) {
    items.count(facts.key, category, { outcome: 'invalid', reason: 'unusable' }, 1);
    return refused(400, `the body is no ${isProtobuf ? 'protobuf' : 'JSON'} of ${o.signal}`);
  }
  const { payloads, others, excess } = exceptionsOf(request, o.signal);
  if (others > 0) items.count(facts.key, category, { outcome: 'unsupported_item', reason }, others);
  if (excess > 0) items.count(facts.key, 'error', { outcome: 'too_large', reason: 'request' }, excess);
  const answer = payloads.length === 0 ? null : await items.events(payloads, facts);
  if (answer !== null && answer.status !== 200) return answer;
  // An empty message: everything was taken.
  return isProtobuf
    ? { status: 200, body: {}, text: '', headers: { 'content-type': 'application/x-protobuf' } }
    : { status: 200, body: {} };
}
