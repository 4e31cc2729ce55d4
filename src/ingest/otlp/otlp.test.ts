import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exceptionsOf } from './exceptions.ts';
import { readProtobuf } from './protobuf.ts';
import { readStack } from './stack-text.ts';

describe('OTLP', () => {
  it('IN75 no bytes make the reader throw, hang or allocate what they only promise', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        readProtobuf(bytes, 'traces');
        readProtobuf(bytes, 'logs');
      }),
      { numRuns: 2000 },
    );
    // resourceLogs of 4 GB, and one nested in itself for ever.
    expect(readProtobuf(Buffer.from([0x0a, 0xff, 0xff, 0xff, 0xff, 0x0f]), 'logs')).toBe(null);
    expect(readProtobuf(Buffer.from('{"resourceSpans":[]}'), 'traces')).toBe(null);
    expect(readProtobuf(new Uint8Array(), 'traces')).toEqual({});
  });

  it('IN76 any JSON is read without a throw', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.constantFrom('resourceSpans', 'resourceLogs', 'x'), fc.jsonValue()),
        (value) => {
          exceptionsOf(value, 'traces');
          exceptionsOf(value, 'logs');
        },
      ),
    );
  });

  it('IN76 the SDK is the resource’s, the user is the span’s or the record’s', () => {
    const list = (attributes: { [key: string]: string }) =>
      Object.entries(attributes).map(([key, stringValue]) => ({ key, value: { stringValue } }));
    const resource = {
      attributes: list({ 'telemetry.sdk.name': 'opentelemetry', 'telemetry.sdk.version': '3.1.0' }),
    };
    const exception = list({ 'exception.type': 'E' });
    const user = { 'user.id': '42', 'user.email': 'ada@example.com', 'user.name': 'ada' };
    const span = { attributes: list(user), events: [{ name: 'exception', attributes: exception }] };
    const old = { attributes: [...exception, ...list({ 'enduser.id': '7' })] };

    const traces = exceptionsOf({ resourceSpans: [{ resource, scopeSpans: [{ spans: [span] }] }] }, 'traces');
    expect(traces.payloads).toMatchObject([
      {
        sdk: { name: 'opentelemetry', version: '3.1.0' },
        user: { id: '42', email: 'ada@example.com', username: 'ada' },
      },
    ]);
    const logs = exceptionsOf({ resourceLogs: [{ scopeLogs: [{ logRecords: [old] }] }] }, 'logs');
    expect(logs.payloads).toMatchObject([{ user: { id: '7' } }]);
    expect(logs.payloads[0]).not.toHaveProperty('sdk');
  });

  it('IN77 the traces of JavaScript, Java and Python become frames, oldest first', () => {
    expect(
      readStack(
        'CartError: empty\n    at Object.checkout (/srv/app/src/cart.js:5:57)\n    at async file:///srv/run.mjs:21:1',
      ).frames,
    ).toEqual([
      { filename: '/srv/run.mjs', lineno: 21, colno: 1 },
      { function: 'Object.checkout', filename: '/srv/app/src/cart.js', lineno: 5, colno: 57 },
    ]);
    expect(
      readStack(
        'java.lang.IllegalStateException: no\n\tat shop.Cart.pay(Cart.java:12)\n\tat java.base/java.lang.Thread.run(Thread.java:840)\nCaused by: x\n\tat other.A.b(A.java:1)',
      ).frames,
    ).toEqual([
      { module: 'java.lang.Thread', function: 'run', filename: 'Thread.java', lineno: 840 },
      { module: 'shop.Cart', function: 'pay', filename: 'Cart.java', lineno: 12 },
    ]);
    expect(
      readStack(
        'Traceback (most recent call last):\n  File "/a/main.py", line 3, in <module>\n    f()\n  File "/a/f.py", line 9, in f\nValueError: x',
      ).frames,
    ).toEqual([
      { function: '<module>', filename: '/a/main.py', lineno: 3 },
      { function: 'f', filename: '/a/f.py', lineno: 9 },
    ]);
    expect(readStack('x'.repeat(300_000))).toEqual({ frames: [], causes: [] });
  });

  it('IN79 what caused an exception is read from its trace, the first cause first', () => {
    const java = readStack(
      'shop.CheckoutError: declined\n\tat shop.Shop.pay(Shop.java:9)\n' +
        'Caused by: java.io.IOException: closed: early\n\tat shop.Bank.ask(Bank.java:5)\n\t... 1 more\n' +
        'Caused by: java.lang.Error\n\tat shop.Net.open(Net.java:2)',
    );
    expect(java).toEqual({
      frames: [{ module: 'shop.Shop', function: 'pay', filename: 'Shop.java', lineno: 9 }],
      causes: [
        {
          type: 'java.lang.Error',
          frames: [{ module: 'shop.Net', function: 'open', filename: 'Net.java', lineno: 2 }],
        },
        {
          type: 'java.io.IOException',
          value: 'closed: early',
          frames: [{ module: 'shop.Bank', function: 'ask', filename: 'Bank.java', lineno: 5 }],
        },
      ],
    });

    const block = (file: string, last: string) =>
      `Traceback (most recent call last):\n  File "${file}", line 3, in f\n    f(x)\n    ~^^^\n${last}\n`;
    const python = readStack(
      `${block('/a.py', 'KeyError: 7')}\nDuring handling of the above exception, another exception occurred:\n\n` +
        `${block('/b.py', 'ConnectionError: the bank\nsaid no')}\nThe above exception was the direct cause of the following exception:\n\n` +
        block('/c.py', 'CheckoutError: declined'),
    );
    expect(python).toEqual({
      frames: [{ function: 'f', filename: '/c.py', lineno: 3 }],
      causes: [
        { type: 'KeyError', value: '7', frames: [{ function: 'f', filename: '/a.py', lineno: 3 }] },
        {
          type: 'ConnectionError',
          value: 'the bank\nsaid no',
          frames: [{ function: 'f', filename: '/b.py', lineno: 3 }],
        },
      ],
    });
  });
});
