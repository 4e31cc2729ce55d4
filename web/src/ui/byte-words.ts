/** Sizes as words: `812 B`, `4.2 MiB`. Pure. */

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];

export function byteWords(bytes: number): string {
  let value = bytes;
  let unit = 0;
  // A number that would be rounded up to 1,024 is one of the next unit.
  while (value >= 1023.95 && unit < UNITS.length - 1) {
    value /= 1024;
    unit += 1;
  }
  const shown = unit === 0 || value >= 100 ? Math.round(value).toLocaleString('en') : value.toFixed(1);
  return `${shown} ${UNITS[unit] ?? ''}`;
}
