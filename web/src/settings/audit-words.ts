/** An entry of the audit log in words. Pure. */
import type { AuditEntry } from '../../../src/protocol/rest.ts';

const ACTIONS: ReadonlyMap<string, string> = new Map([
  ['organization.create', 'made the organization'],
  ['organization.update', 'changed the organization'],
  ['organization.delete', 'deleted the organization'],
  ['member.add', 'added a member'],
  ['member.remove', 'removed a member'],
  ['member.role', 'changed a role'],
  ['invitation.create', 'invited somebody'],
  ['invitation.accept', 'accepted an invitation'],
  ['invitation.revoke', 'revoked an invitation'],
  ['project.create', 'made a project'],
  ['project.update', 'changed a project'],
  ['project.delete', 'deleted a project'],
  ['project.settings', 'changed settings of a project'],
  ['project.grouping', 'changed the grouping of a project'],
  ['key.create', 'made a key'],
  ['key.revoke', 'revoked a key'],
  ['token.create', 'made an API token'],
  ['token.revoke', 'revoked an API token'],
  ['password.change', 'changed a password'],
  ['password.reset', 'set a new password by a link'],
  ['password_link.create', 'made a link for a new password'],
  ['session.create', 'signed in'],
  ['session.refused', 'failed to sign in'],
  ['session.revoke', 'ended sessions'],
  ['setup_link.create', 'made a set-up link'],
  ['two_factor.reset', 'took off a second factor'],
  ['user.create', 'made an account'],
  ['user.delete', 'deleted an account'],
]);

/** Actions that are new are said by their name. */
export function actionWords(action: string): string {
  return ACTIONS.get(action) ?? action.replaceAll(/[._]/g, ' ');
}

/** `role: admin · email: ada@example.com`; what is null is left out. */
export function dataWords(data: AuditEntry['data']): string {
  return Object.entries(data)
    .filter(([, value]) => value !== null)
    .map(([key, value]) => `${key.replaceAll('_', ' ')}: ${String(value)}`)
    .join(' · ');
}
