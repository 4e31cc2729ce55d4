import { expect, it } from 'vitest';
import { actionWords, dataWords } from './audit-words.ts';

it('WEB41 an entry of the audit log is said in words, one of an unknown kind too', () => {
  expect(actionWords('member.role')).toBe('changed a role');
  expect(actionWords('alert_rule.create')).toBe('alert rule create');
  expect(dataWords({ role: 'admin', from_role: null, twice: true })).toBe('role: admin · twice: true');
});
