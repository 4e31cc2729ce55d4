/** Numbers of a project's health as words. Pure. */

/** Below ten with one digit: 0.4 is not none. */
export function rate(perMinute: number): string {
  if (perMinute === 0) return '0';
  if (perMinute < 0.1) return '< 0.1';
  return perMinute < 10 ? perMinute.toFixed(1) : Math.round(perMinute).toLocaleString('en');
}

/** Never rounded up to 100 %, nor down to 0 %. */
export function percent(share: number | null): string {
  if (share === null) return '–';
  if (share === 0 || share === 1) return `${share * 100} %`;
  if (share > 0.999) return '> 99.9 %';
  if (share < 0.001) return '< 0.1 %';
  return `${(share * 100).toFixed(1)} %`;
}

/** Times the median from which a rate is worth a word, and the rate below which nothing is. */
const MUCH = 2;
const WORTH_A_WORD = 0.5;

export function usual({ now, median }: { now: number; median: number }): { words: string; isMuch: boolean } {
  const isMuch = now >= WORTH_A_WORD && now > MUCH * median;
  if (!isMuch) return { words: `usually ${rate(median)}`, isMuch };
  if (median < 0.1) return { words: 'usually next to none', isMuch };
  const times = now / median;
  return { words: `${times < 10 ? times.toFixed(1) : Math.round(times)}× the usual ${rate(median)}`, isMuch };
}
