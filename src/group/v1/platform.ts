/** Which of the grouping's special cases a platform gets. Platform names are what SDKs send. */

export type PlatformFamily = 'native' | 'javascript' | 'other';

const FAMILIES: ReadonlyMap<string, PlatformFamily> = new Map([
  ['c', 'native'],
  ['cocoa', 'native'],
  ['native', 'native'],
  ['objc', 'native'],
  ['swift', 'native'],
  ['javascript', 'javascript'],
  ['node', 'javascript'],
]);

export function platformFamily(platform: string): PlatformFamily {
  return FAMILIES.get(platform) ?? 'other';
}
