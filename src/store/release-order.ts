/**
 * Which of two releases is the newer: by semantic version where both have one of the same package, else by when the
 * project was first heard from in them. `shop@1.10.0` > `shop@1.9.3` > `shop@1.9.3-rc.1`. Pure.
 */

interface Version {
  readonly name: string;
  readonly numbers: readonly [number, number, number];
  /** Empty: a release proper, newer than all its previews. */
  readonly preview: readonly string[];
}

const VERSION =
  /^(?:(.{1,128})@)?v?(\d{1,9})\.(\d{1,9})(?:\.(\d{1,9}))?(?:-([0-9A-Za-z.-]{1,64}))?(?:\+[0-9A-Za-z.-]{1,64})?$/;

export function parseVersion(release: string): Version | null {
  const match = VERSION.exec(release.length > 300 ? '' : release);
  if (!match) return null;
  const [, name = '', major, minor, patch = '0', preview] = match;
  return {
    name,
    numbers: [Number(major), Number(minor), Number(patch)],
    preview: preview === undefined ? [] : preview.split('.'),
  };
}

/** Negative: `a` is older. `firstSeen` in epoch ms; a release never heard of is newer than any other. */
export function compareReleases(
  a: string,
  b: string,
  firstSeen: (release: string) => number | undefined,
): number {
  if (a === b) return 0;
  const left = parseVersion(a);
  const right = parseVersion(b);
  if (left && right && left.name === right.name) return compareVersions(left, right);
  const at = firstSeen(a) ?? Number.MAX_SAFE_INTEGER;
  return at - (firstSeen(b) ?? Number.MAX_SAFE_INTEGER);
}

function compareVersions(a: Version, b: Version): number {
  for (const index of [0, 1, 2] as const) {
    const difference = a.numbers[index] - b.numbers[index];
    if (difference !== 0) return difference;
  }
  if (a.preview.length === 0 || b.preview.length === 0) return b.preview.length - a.preview.length;
  for (let index = 0; index < Math.max(a.preview.length, b.preview.length); index++) {
    const difference = comparePreview(a.preview[index], b.preview[index]);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Numbers by value and before words, a missing part before any. */
function comparePreview(a: string | undefined, b: string | undefined): number {
  if (a === undefined || b === undefined) return a === b ? 0 : a === undefined ? -1 : 1;
  const left = /^\d+$/.test(a) ? Number(a) : null;
  const right = /^\d+$/.test(b) ? Number(b) : null;
  if (left !== null && right !== null) return left - right;
  if (left !== null || right !== null) return left === null ? 1 : -1;
  return a < b ? -1 : a > b ? 1 : 0;
}
