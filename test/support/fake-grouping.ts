/** Grouping for the REST API's tests: rules of nothing, and what was asked for. */
import type { GroupingPorts } from '../../src/api/api-deps.ts';
import type { ProjectGrouping } from '../../src/protocol/rest.ts';

function grouping(): ProjectGrouping {
  return { version: 'v2', versions: ['v1', 'v2'], previous: null, enhancements: '', fingerprint_rules: '' };
}

export function fakeGrouping(calls: string[]): GroupingPorts {
  return {
    settings: async () => grouping(),
    async save(id, change) {
      calls.push(`saveGrouping ${id} ${JSON.stringify(change)}`);
      return grouping();
    },
    async preview(id, change) {
      calls.push(`previewGrouping ${id} ${JSON.stringify(change)}`);
      return { events: 0, problems: [], split: [], merge: [] };
    },
    explain: async () => ({
      version: 'v2',
      event_id: 'c'.repeat(32),
      variants: [],
      fingerprint_rule: null,
      rules: [],
      hashes: [],
    }),
  };
}
