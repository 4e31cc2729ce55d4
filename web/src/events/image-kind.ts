/** What a picture is by its first bytes, which is all that decides whether it is shown; null: none that we show. */
export type ImageKind = 'image/png' | 'image/jpeg' | 'image/gif' | 'image/webp';

const STARTS: readonly (readonly [ImageKind, readonly number[]])[] = [
  ['image/png', [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]],
  ['image/jpeg', [0xff, 0xd8, 0xff]],
  ['image/gif', [0x47, 0x49, 0x46, 0x38, 0x37, 0x61]],
  ['image/gif', [0x47, 0x49, 0x46, 0x38, 0x39, 0x61]],
];
const RIFF = [0x52, 0x49, 0x46, 0x46];
const WEBP = [0x57, 0x45, 0x42, 0x50];

export function imageKind(bytes: Uint8Array): ImageKind | null {
  const has = (wanted: readonly number[], at = 0) => wanted.every((byte, i) => bytes[at + i] === byte);
  // The size stands between the two words.
  if (has(RIFF) && has(WEBP, 8)) return 'image/webp';
  return STARTS.find(([, start]) => has(start))?.[0] ?? null;
}
