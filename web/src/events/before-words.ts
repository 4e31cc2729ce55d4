/** How long before the event something happened: `-3 ms`, `-2.4 s`, `-5 min 20 s`; `+` after it, by another clock. */
export function beforeWords(ms: number): string {
  const sign = ms >= 0 ? '-' : '+';
  const length = Math.abs(ms);
  if (length < 1000) return `${sign}${Math.round(length)} ms`;
  if (length < 60_000) return `${sign}${(Math.floor(length / 100) / 10).toFixed(1)} s`;
  const [large, small, size] =
    length < 3_600_000
      ? ['min', 's', 1000]
      : length < 86_400_000
        ? ['h', 'min', 60_000]
        : ['d', 'h', 3_600_000];
  const per = size === 3_600_000 ? 24 : 60;
  const smalls = Math.floor(length / size);
  return `${sign}${Math.floor(smalls / per)} ${large} ${smalls % per} ${small}`;
}
