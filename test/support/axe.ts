/** What axe-core finds wrong with the page that is shown: serious and critical, in the light and the dark theme. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type axe from 'axe-core';
import type { Page } from 'playwright-core';

const SOURCE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const SCHEMES = ['light', 'dark'] as const;
const SERIOUS: readonly unknown[] = ['serious', 'critical'];

/** One line for each element: theme, rule, where, why. Leaves the page in the light theme, without motion. */
export async function axeProblems(page: Page): Promise<string[]> {
  const problems: string[] = [];
  for (const colorScheme of SCHEMES.toReversed()) {
    // An element that is fading in has a contrast of its own.
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    // Colours are those of the theme once it has been painted.
    await page.evaluate(
      'new Promise((painted) => requestAnimationFrame(() => requestAnimationFrame(painted)))',
    );
    if (!(await page.evaluate<boolean>('"axe" in globalThis'))) await page.evaluate(SOURCE);
    const { violations } = await page.evaluate<axe.AxeResults>('axe.run(document)');
    for (const { id, impact, nodes } of violations) {
      if (!SERIOUS.includes(impact)) continue;
      for (const { target, failureSummary = '' } of nodes)
        problems.push(`${colorScheme} ${id} ${target.join(' ')}: ${failureSummary.replaceAll(/\s+/g, ' ')}`);
    }
  }
  return problems;
}
