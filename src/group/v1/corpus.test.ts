/** GR15: v1 against the recorded hashes of the shared test data, every variant of every input. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { corpusDir } from '../../../test/support/corpus.ts';
import { isObject, rawEvent } from '../../../test/support/raw-event.ts';
import { groupEvent } from '../group-event.ts';

const corpus = corpusDir();
if (!corpus) process.stderr.write('GR15 not run: no shared corpus (set MESHER_CORPUS)\n');
const folder = join(corpus ?? '', 'grouping');

function readJson(path: string): Record<string, never> {
  return JSON.parse(readFileSync(path, 'utf8')) as Record<string, never>;
}

describe.skipIf(!corpus)('GR15 recorded hashes', () => {
  const expected: Record<string, Record<string, string | null>> = corpus
    ? readJson(join(folder, 'expected-hashes.json'))
    : {};
  it.each(Object.entries(expected))('GR15 %s', (name, hashes) => {
    const raw = readJson(join(folder, 'inputs', `${name}.json`));
    const rules = isObject(raw['_grouping']) ? raw['_grouping']['enhancements'] : undefined;
    const grouping = groupEvent(rawEvent(raw), {
      version: 'v1',
      ...(typeof rules === 'string' ? { enhancements: rules } : {}),
    });
    expect(Object.fromEntries(grouping.variants.map((variant) => [variant.name, variant.hash]))).toEqual(
      hashes,
    );
  });
  it('GR15 covers every input', () => {
    const inputs = corpus ? readdirSync(join(folder, 'inputs')).map((file) => file.replace('.json', '')) : [];
    expect(inputs.sort()).toEqual(Object.keys(expected).sort());
    expect(inputs.length).toBeGreaterThan(80);
  });
});
