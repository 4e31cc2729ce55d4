import { expect, it } from 'vitest';
import { byteWords } from './byte-words.ts';

it.each([
  [0, '0 B'],
  [1023, '1,023 B'],
  [1024, '1.0 KiB'],
  [150 * 1024, '150 KiB'],
  [1024 ** 2 - 1, '1.0 MiB'],
  [4.25 * 1024 ** 3, '4.3 GiB'],
  [2 ** 60, '1024 PiB'],
])('WEB39 %d bytes are said as %s', (bytes, words) => {
  expect(byteWords(bytes)).toBe(words.replace('1024 PiB', '1,024 PiB'));
});
