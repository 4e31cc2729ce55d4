/** The closed set of token scopes, as a list: parsing of what is stored and of `--scopes a,b`. */
import type { Scope } from '../viewer.ts';

export const SCOPES = [
  'stream:read',
  'event:read',
  'issue:write',
  'project:read',
  'project:admin',
  'org:read',
  'org:admin',
  'release:write',
] as const satisfies readonly Scope[];

const known: ReadonlySet<unknown> = new Set(SCOPES);

export function isScope(value: unknown): value is Scope {
  return known.has(value);
}

export type ScopesResult = { kind: 'ok'; scopes: Scope[] } | { kind: 'invalid'; unknown: string[] };

/** `a,b` → scopes, without repeats. */
export function parseScopes(text: string): ScopesResult {
  const words = [...new Set(text.split(',').map((word) => word.trim()))].filter((word) => word !== '');
  const unknown = words.filter((word) => !isScope(word));
  return unknown.length > 0 ? { kind: 'invalid', unknown } : { kind: 'ok', scopes: words.filter(isScope) };
}
