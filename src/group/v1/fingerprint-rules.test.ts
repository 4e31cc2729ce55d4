import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { corpusDir } from '../../../test/support/corpus.ts';
import { event, exception } from '../../../test/support/event.ts';
import { isObject, rawEvent } from '../../../test/support/raw-event.ts';
import type { SentryEvent } from '../../event.ts';
import { groupEvent } from '../group-event.ts';
import { createFingerprintMatcher, type FingerprintRule } from './fingerprint-rules.ts';
import { parseFingerprintRules } from './parse-fingerprint-rules.ts';

const EVENT = event({
  platform: 'python',
  release: 'shop@1.2',
  logger: 'shop.db',
  level: 'fatal',
  sdk: { name: 'sentry.python' },
  transaction: '/pay',
  tags: [['region', 'eu-1']],
  exception: [
    exception(
      [
        { function: 'main', module: 'shop.app', abs_path: '/srv/shop/app.py', in_app: true },
        {
          function: 'read',
          module: 'redis.client',
          abs_path: '/x/site-packages/redis/client.py',
          in_app: true,
        },
      ],
      { type: 'DbError', value: 'Connection lost' },
    ),
  ],
});

/** The values of the custom fingerprint, null when no rule applied. */
function applied(rules: string, input: SentryEvent = EVENT): readonly string[] | null {
  const parsed = parseFingerprintRules(rules);
  expect(parsed.problems).toEqual([]);
  const grouping = groupEvent(input, { version: 'v1', fingerprintRules: parsed.rules });
  return grouping.variants.find((variant) => variant.name === 'custom-fingerprint')?.values ?? null;
}

describe('fingerprint rules', () => {
  it.each([
    ['type:DbError', true],
    ['type:*Error', true],
    ['!type:DbError', false],
    ['value:"*lost"', true],
    ['message:"connection *"', true],
    ['path:**/client.py', true],
    ['module:redis.*', true],
    ['function:read module:redis.*', true],
    // Both must hold for one frame.
    ['function:main module:redis.*', false],
    // Decided after the stack trace rules: site-packages is not in-app, whatever the SDK said.
    ['function:read app:no', true],
    ['function:read app:yes', false],
    ['family:other', true],
    ['level:fatal', true],
    ['logger:shop.*', true],
    ['release:shop@1.*', true],
    ['sdk:sentry.python', true],
    ['tags.region:eu-*', true],
    ['tags.region:us-*', false],
    ['tags.none:*', false],
    ['type:DbError level:info', false],
  ])('GR3 %s applies: %s', (matchers, expected) => {
    expect(applied(`${matchers} -> x`)).toEqual(expected ? ['x'] : null);
  });
  it('GR3 takes the first rule that holds, before the client’s fingerprint', () => {
    const rules = 'type:Other -> a\ntype:DbError -> b\ntype:DbError -> c';
    expect(applied(rules, { ...EVENT, fingerprint: ['client'] })).toEqual(['b']);
  });
  it('GR3 fills in variables and sets the title', () => {
    const { rules } = parseFingerprintRules('type:DbError -> db, {{ transaction }} title="DB: {{ value }}"');
    const grouping = groupEvent(EVENT, { version: 'v1', fingerprintRules: rules });
    expect(grouping.title).toBe('DB: Connection lost');
    expect(grouping.hashes).toEqual([createHash('md5').update('db/pay').digest('hex')]);
    expect(grouping.fingerprintRule).toBe('type:DbError -> db, {{ transaction }} title="DB: {{ value }}"');
  });
  it.each([
    ['-> x', 'no matcher'],
    ['type:a', 'no "->" after the matchers'],
    ['type:a ->', 'no fingerprint'],
    ['colour:red -> x', 'unknown matcher "colour"'],
  ])('GR3 reports "%s"', (line, message) => {
    expect(parseFingerprintRules(`${line}\ntype:a -> b`)).toMatchObject({
      problems: [{ line: 1, message }],
      rules: [{ fingerprint: ['b'] }],
    });
  });
});

const corpus = corpusDir();
if (!corpus) process.stderr.write('GR3 recorded inputs not run: no shared corpus\n');

/** Derived by hand from the rules in each file. */
const DERIVED: Record<string, readonly string[] | null> = {
  'fingerprint-escape-chars': ['escaped', '{[*?]}'],
  'fingerprint-exception-type': ['database-unavailable'],
  'fingerprint-on-tags': ['foobar-matched-stuff-', 'amazing'],
  'fingerprint-override-client': ['what-is-love'],
  // The function is there, but in-app.
  'fingerprint-native-non-app': null,
  'fingerprint-native': ['symcache-error'],
  'fingerprint-two-threads': ['in-main'],
  'fingerprint-type-module': ['DatabaseUnavailable', 'io.sentry.example.Application'],
  'fingerprint-package': ['foo.dylib'],
  'fingerprint-no-package': ['<no-package>'],
  'fingerprint-release': ['foo.bar-release'],
  'fingerprint-transaction': ['database-unavailable', 'my-transaction'],
  'fingerprint-exception-type-and-module': ['database-unavailable'],
  'fingerprint-exception-type-and-sdk': ['database-unavailable'],
};

describe.skipIf(!corpus)('fingerprint rules of the shared test data', () => {
  it.each(Object.entries(DERIVED))('GR3 %s', (name, expected) => {
    const raw = JSON.parse(
      readFileSync(join(corpus ?? '', 'grouping/fingerprint-inputs', `${name}.json`), 'utf8'),
    ) as Record<string, never>;
    const rules = rulesOf(raw['_fingerprinting_rules'] ?? []);
    const grouping = groupEvent(rawEvent(raw), { version: 'v1', fingerprintRules: rules });
    const custom = grouping.variants.find((variant) => variant.name === 'custom-fingerprint');
    expect(custom?.values ?? null).toEqual(expected);
  });
});

function rulesOf(list: readonly unknown[]): FingerprintRule[] {
  return (list as Record<string, never>[]).filter(isObject).map((rule) => ({
    text: JSON.stringify(rule),
    matchers: (rule['matchers'] as unknown as [string, string][]).map(([key, pattern]) => {
      const matcher = createFingerprintMatcher(key, pattern);
      if (!matcher) throw new Error(`unknown matcher ${key}`);
      return matcher;
    }),
    fingerprint: rule['fingerprint'] as unknown as string[],
    title: null,
  }));
}
