/** GR27: v2 against the shared pairs of events that must, or should, be one issue or two. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { corpusDir } from '../../../test/support/corpus.ts';
import { rawEvent } from '../../../test/support/raw-event.ts';
import type { Json } from '../../event.ts';
import { groupEvent } from '../group-event.ts';

interface Pair {
  id: string;
  verdict: 'same' | 'different';
  strength: 'must' | 'should' | 'may' | 'nice';
  requires?: string;
  a: { [key: string]: Json };
  b: { [key: string]: Json };
}

const corpus = corpusDir();
if (!corpus) process.stderr.write('GR27 not run: no shared corpus (set MESHER_CORPUS)\n');
const { pairs } = corpus
  ? (JSON.parse(readFileSync(join(corpus, 'grouping/pairs.json'), 'utf8')) as { pairs: Pair[] })
  : { pairs: [] };
const runnable = pairs.filter((pair) => !pair.requires?.startsWith('sourcemaps'));

/** Events are one issue when they share a hash. */
function isRight({ a, b, verdict }: Pair): boolean {
  const left = groupEvent(rawEvent(a), { version: 'v2' }).hashes;
  const right = groupEvent(rawEvent(b), { version: 'v2' }).hashes;
  return left.some((hash) => right.includes(hash)) === (verdict === 'same');
}

describe.skipIf(!corpus)('GR27 pairs', () => {
  it.each(runnable.filter((pair) => pair.strength === 'must').map((pair) => [pair.id, pair] as const))(
    'GR27 must: %s',
    (_, pair) => {
      expect(isRight(pair)).toBe(true);
    },
  );
  it('GR27 misses of the others are those listed in docs/grouping.md', () => {
    const misses = runnable.filter((pair) => pair.strength !== 'must' && !isRight(pair));
    expect(misses.map((pair) => pair.id)).toEqual([
      'node-other-property',
      'web-rebuild-nomaps-error-typeerror',
      'node-v8-vs-bun-jsc',
      'frame-trimmed-50',
      'url-minified-names',
      'msg-http-status',
      'err-http-status',
    ]);
  });
  it('GR27 covers all pairs but the five that need source maps', () => {
    expect(pairs).toHaveLength(130);
    expect(runnable).toHaveLength(125);
  });
});
