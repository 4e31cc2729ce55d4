import { describe, expect, it } from 'vitest';
import type { SentryEvent } from './event.ts';
import { indexedTags } from './indexed-tags.ts';

const nobody = { handled: null, user: null };

function event(change: Partial<SentryEvent>): SentryEvent {
  return {
    event_id: '0'.repeat(32),
    timestamp: 0,
    received: 0,
    level: 'error',
    platform: 'node',
    type: 'error',
    tags: [],
    ...change,
  };
}

describe('the tags an issue is found by', () => {
  it('DB31 are fields of the event, its tags, and what its contexts say', () => {
    const { all, ofContexts } = indexedTags(
      event({
        environment: 'production',
        release: 'shop@1.0',
        transaction: '/checkout',
        tags: [
          ['tenant', 't1'],
          ['os', 'mine'],
        ],
        contexts: {
          browser: { name: 'Firefox', version: '140.0' },
          os: { name: 'Linux' },
          device: { family: 'Pixel', model: 'Pixel 9' },
          runtime: { version: '1' },
        },
      }),
      { handled: false, user: 'id:7' },
    );
    expect(ofContexts).toEqual({
      'os.name': 'Linux',
      browser: 'Firefox 140.0',
      'browser.name': 'Firefox',
      device: 'Pixel 9',
    });
    expect(Object.fromEntries(all)).toEqual({
      level: 'error',
      environment: 'production',
      release: 'shop@1.0',
      platform: 'node',
      transaction: '/checkout',
      user: 'id:7',
      handled: 'false',
      tenant: 't1',
      // An SDK's word goes before ours.
      os: 'mine',
      'os.name': 'Linux',
      browser: 'Firefox 140.0',
      'browser.name': 'Firefox',
      device: 'Pixel 9',
    });
  });

  it('DB31 an event has 30 of them at most, and a field is never hidden by a tag', () => {
    const many = Array.from({ length: 100 }, (_, i): [string, string] => [`tag ${i}`, 'x']);
    const { all: tags, ofContexts } = indexedTags(
      event({ tags: [['level', 'none'], ...many], contexts: { os: { name: 'Linux' } } }),
      nobody,
    );
    expect(ofContexts).toBeNull();
    expect(tags).toHaveLength(30);
    expect(Object.fromEntries(tags)).toMatchObject({ level: 'error', platform: 'node', 'tag 0': 'x' });
  });

  it('DB31 a tag named __proto__ is a tag, an empty one is none, a long one is cut', () => {
    const { all: tags } = indexedTags(
      event({
        tags: [
          ['__proto__', 'x'],
          ['empty', ''],
          ['long', 'a'.repeat(199) + '💥💥'],
        ],
      }),
      nobody,
    );
    expect(tags.slice(2)).toEqual([
      ['__proto__', 'x'],
      ['long', 'a'.repeat(199) + '\ufffd'],
    ]);
  });
});
