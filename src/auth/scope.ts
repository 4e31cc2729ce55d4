/** The scopes of an API token, and what a role may do without one. */
import type { Scope } from '../viewer.ts';

export const SCOPES = [
  'stream:read',
  'event:read',
  'issue:write',
  'project:read',
  'project:write',
  'org:read',
  'org:admin',
] as const satisfies readonly Scope[];

export function isScope(text: string): text is Scope {
  return (SCOPES as readonly string[]).includes(text);
}
