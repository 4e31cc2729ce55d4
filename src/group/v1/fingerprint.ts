/** GR2: fingerprints that are not, or not only, the default: variables filled in, values hashed. */
import type { Exception, Frame, SentryEvent } from '../../event.ts';

const DEFAULT = /^\{\{\s*default\s*\}\}$/;
const VARIABLE = /\{\{\s*([a-z][\w.-]{0,200})\s*\}\}/g;

export type FingerprintKind =
  | { readonly kind: 'default' }
  | { readonly kind: 'salted'; readonly values: readonly string[] }
  | { readonly kind: 'custom'; readonly values: readonly string[] };

export function isDefaultMarker(value: string): boolean {
  return DEFAULT.test(value);
}

export function classifyFingerprint(values: readonly string[] | undefined): FingerprintKind {
  if (!values || values.length === 0) return { kind: 'default' };
  if (!values.some(isDefaultMarker)) return { kind: 'custom', values };
  return values.length === 1 ? { kind: 'default' } : { kind: 'salted', values };
}

export interface FingerprintSource {
  readonly event: SentryEvent;
  /** The exception the issue is about, and the frame nearest to the crash that is the user's. */
  readonly exception: Exception | null;
  readonly frame: Frame | null;
}

/** `["db", "{{ type }}"]` → `["db", "TimeoutError"]`. The default marker stays. */
export function resolveFingerprint(values: readonly string[], source: FingerprintSource): string[] {
  return values.map((value) => (isDefaultMarker(value) ? '{{ default }}' : expandVariables(value, source)));
}

export function expandVariables(text: string, source: FingerprintSource): string {
  return text.includes('{{')
    ? text.replace(VARIABLE, (written, name: string) => resolveVariable(name, source) ?? written)
    : text;
}

/** null for a name that is no variable: it is then plain text. */
function resolveVariable(name: string, { event, exception, frame }: FingerprintSource): string | null {
  switch (name) {
    case 'type':
    case 'error.type':
      return exception?.type || '<no-type>';
    case 'value':
    case 'error.value':
      return exception?.value || '<no-value>';
    case 'message':
      return (
        event.logentry?.formatted ||
        event.logentry?.message ||
        event.message ||
        exception?.value ||
        '<no-message>'
      );
    case 'function':
    case 'stack.function':
      return frame?.function || '<no-function>';
    case 'module':
    case 'stack.module':
      return frame?.module || '<no-module>';
    case 'package':
    case 'stack.package':
      return packageName(frame?.package) || '<no-package>';
    case 'path':
    case 'stack.abs_path':
      return frame?.abs_path || frame?.filename || '<no-abs-path>';
    case 'transaction':
      return event.transaction || '<no-transaction>';
    case 'level':
      return event.level || '<no-level>';
    case 'logger':
      return event.logger || '<no-logger>';
    case 'release':
      return event.release || '<no-release>';
    default: {
      if (!name.startsWith('tags.')) return null;
      const key = name.slice('tags.'.length);
      return event.tags.find(([tag]) => tag === key)?.[1] || `<no-value-for-tag-${key}>`;
    }
  }
}

/** `/app/lib/libcart.so` → `libcart.so`: where it was installed does not matter. */
function packageName(path: string | undefined): string {
  return path ? path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1) : '';
}
