/** Rules of a project as they travel: nothing where nothing is set, and known by what they say. */
import { describe, expect, it } from 'vitest';
import { rulesOf, ruleSettingsOf } from './rule-settings.ts';
import type { ProjectSettings } from './store/projects.ts';

const ALL_OFF: ProjectSettings = {
  sampleRate: 1,
  filters: { browserExtensions: false, messages: [], releases: [], environments: [] },
  scrub: { keys: [], ipAddresses: false },
  spikeProtection: true,
};

describe('the rules of a project', () => {
  it.each([{}, ALL_OFF, { sampleRate: null, groupingVersion: 'v2' }])(
    'IN80 are nothing where nothing is set: %j',
    (settings) => {
      expect(ruleSettingsOf(settings)).toBeUndefined();
    },
  );

  it('IN80 are compiled once for equal settings, and again for others', () => {
    const half = ruleSettingsOf({ ...ALL_OFF, sampleRate: 0.5 });
    const same = ruleSettingsOf({ ...ALL_OFF, sampleRate: 0.5 });
    const third = ruleSettingsOf({ ...ALL_OFF, sampleRate: 0.3 });
    if (!half || !same || !third) throw new Error('no rules');
    expect(rulesOf(structuredClone(same))).toBe(rulesOf(half));
    expect(rulesOf(third)).not.toBe(rulesOf(half));
  });
});
