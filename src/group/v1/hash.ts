/**
 * GR11: md5 over the contributing values in tree order, without a separator. One stack comes again and again, made of
 * texts that are the same objects each time (frame-facts.ts): comparing them to the last of their kind is fifty times
 * cheaper than joining and hashing.
 */
import { hash } from 'node:crypto';
import { collectValues, type Component } from './component.ts';

interface Known {
  values: readonly string[];
  hash: string;
}

/** Fewer are hashed as fast as they are looked up. */
const MIN_VALUES = 4;
/** Of one list: hostile events make it 16 MB in all, of real ones most texts are shared with the frames' cache. */
const MAX_CHARS = 16_384;
const SLOTS = 1024;
const known: (Known | undefined)[] = Array.from({ length: SLOTS });

export function hashValues(values: readonly string[]): string {
  if (values.length < MIN_VALUES) return md5(values);
  const slot = slotOf(values);
  const last = known[slot];
  if (last && areSame(last.values, values)) return last.hash;
  const digest = md5(values);
  if (values.reduce((sum, value) => sum + value.length, 0) <= MAX_CHARS)
    known[slot] = { values, hash: digest };
  return digest;
}

export function hashComponent(component: Component): string | null {
  if (!component.contributes) return null;
  const values: string[] = [];
  collectValues(component, values);
  return hashValues(values);
}

function md5(values: readonly string[]): string {
  return hash('md5', values.join(''));
}

/** A cheap mixture of what texts look like; different lists may share a slot, then the later one has it. */
function slotOf(values: readonly string[]): number {
  let mixed = values.length;
  for (const value of values) {
    const { length } = value;
    if (length === 0) continue;
    const ends = value.charCodeAt(length - 1) + value.charCodeAt(length >> 1) * 7;
    mixed = (Math.imul(mixed, 31) + length * 131 + ends) | 0;
  }
  return (mixed ^ (mixed >>> 11)) & (SLOTS - 1);
}

function areSame(a: readonly string[], b: readonly string[]): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
