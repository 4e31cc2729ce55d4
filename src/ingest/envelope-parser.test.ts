import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EnvelopeParser, parseEnvelope, type ParseResult } from './envelope-parser.ts';

const keepAll = () => 1024 * 1024;

interface Item {
  type: string;
  payload: Uint8Array;
  sized: boolean;
}

const item: fc.Arbitrary<Item> = fc
  .record({
    type: fc.constantFrom('event', 'attachment', 'session', 'x'),
    payload: fc.uint8Array({ maxLength: 60 }),
    sized: fc.boolean(),
  })
  // Without a length a payload ends at the first newline, and an empty one is a blank line.
  .map((i) => ({ ...i, sized: i.sized || i.payload.includes(0x0a) }));

function build(items: readonly Item[], lastNewline: boolean): Buffer {
  const parts = [Buffer.from('{"event_id":"a"}\n')];
  for (const { type, payload, sized } of items) {
    parts.push(Buffer.from(`${JSON.stringify(sized ? { type, length: payload.length } : { type })}\n`));
    parts.push(Buffer.from(payload), Buffer.from('\n'));
  }
  const whole = Buffer.concat(parts);
  return lastNewline ? whole : whole.subarray(0, -1);
}

function itemsOf(result: ParseResult): { type: string; payload: string }[] {
  if (result.kind !== 'envelope') throw new Error(JSON.stringify(result));
  return result.envelope.items.map((i) => ({
    type: i.type,
    payload: Buffer.from(i.payload ?? []).toString('hex'),
  }));
}

function parseSplit(body: Buffer, cuts: readonly number[]): ParseResult {
  const parser = new EnvelopeParser(keepAll);
  const at = [...new Set(cuts.map((cut) => cut % (body.length + 1)))].sort((a, b) => a - b);
  let from = 0;
  for (const to of [...at, body.length]) {
    parser.push(body.subarray(from, to));
    from = to;
  }
  return parser.end();
}

describe('envelope framing', () => {
  it('IN20 gives back what was framed, with and without length, in any split', () => {
    fc.assert(
      fc.property(
        fc.array(item, { minLength: 1, maxLength: 8 }),
        fc.boolean(),
        fc.array(fc.nat(2000)),
        (items, end, cuts) => {
          const body = build(items, end);
          const expected = items.map((i) => ({
            type: i.type,
            payload: Buffer.from(i.payload).toString('hex'),
          }));
          expect(itemsOf(parseEnvelope(body, keepAll))).toEqual(expected);
          expect(itemsOf(parseSplit(body, cuts))).toEqual(expected);
        },
      ),
    );
  });

  it('IN20 never throws, and says the same of hostile bytes however they are split', () => {
    const hostile = fc.oneof(
      fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
      fc
        .array(
          fc.constantFrom(
            '{}',
            '\n',
            '\r\n',
            '{"type":"event"}',
            '{"type":"event","length":3}',
            'abc',
            '[]',
            ' ',
          ),
        )
        .map((parts) => Buffer.from(parts.join(''))),
    );
    fc.assert(
      fc.property(hostile, fc.array(fc.nat(400)), (body, cuts) => {
        const whole = parseEnvelope(body, keepAll);
        const split = parseSplit(body, cuts);
        expect(split.kind).toBe(whole.kind);
        if (whole.kind === 'envelope') expect(itemsOf(split)).toEqual(itemsOf(whole));
        else expect(split).toEqual(whole);
      }),
    );
  });

  it.each([
    ['an empty body', ''],
    ['a blank header', '\n{"type":"event"}\n{}'],
    ['a header that is a list', '[]\n{"type":"event"}\n{}'],
    ['an item header that is no object', '{}\n7\n{}'],
    ['a negative length', '{}\n{"type":"event","length":-1}\n{}'],
    ['a length of 2^53', '{}\n{"type":"event","length":9007199254740992}\n{}'],
    ['a length in text', '{}\n{"type":"event","length":"2"}\n{}'],
    ['a length beyond the body', '{}\n{"type":"event","length":9}\n{}'],
    ['a length and no payload', '{}\n{"type":"event","length":9}'],
    ['no newline after the payload', '{}\n{"type":"event","length":2}\n{}{"type":"event"}\n{}'],
  ])('IN21 refuses %s', (_name, body) => {
    expect(parseEnvelope(Buffer.from(body), keepAll).kind).toBe('malformed');
  });

  it('IN22 takes a header without items, trailing blank lines, CRLF and a byte order mark', () => {
    expect(itemsOf(parseEnvelope(Buffer.from('{}'), keepAll))).toEqual([]);
    expect(itemsOf(parseEnvelope(Buffer.from('{}\n\n\n'), keepAll))).toEqual([]);
    const body = '\ufeff{}\r\n{"type":"event","length":2}\r\n{}\r\n\r\n';
    expect(itemsOf(parseEnvelope(Buffer.from(body), keepAll))).toHaveLength(1);
  });

  it('IN40 refuses more than 1,000 items and a header line over 8 KiB', () => {
    expect(parseEnvelope(Buffer.from(`{}\n${'{"type":"x"}\n{}\n'.repeat(1001)}`), keepAll).kind).toBe(
      'too_large',
    );
    expect(parseEnvelope(Buffer.from(`{"a":"${'x'.repeat(9000)}"}\n`), keepAll).kind).toBe('too_large');
  });

  it('IN40 counts payloads beyond their limit without keeping them', () => {
    const result = parseEnvelope(
      Buffer.from(`{}\n{"type":"event"}\n${'x'.repeat(500)}\n{"type":"x"}\n{}`),
      () => 100,
    );
    expect(
      result.kind === 'envelope' && result.envelope.items.map((i) => [i.payload === null, i.size]),
    ).toEqual([
      [true, 500],
      [false, 2],
    ]);
  });
});
