/** What a person sees when the server is up. */

export interface StartFacts {
  url: string;
  startedInMs: number;
  /** One-time link; null once an account exists. */
  setupUrl: string | null;
  /** DSN of the oldest project, shown while no account exists. */
  dsn: string | null;
}

export function startBanner(facts: StartFacts, options: { color: boolean }): string[] {
  const bold = (text: string) => (options.color ? `\u001b[1m${text}\u001b[0m` : text);
  const lines = [
    '',
    `  ${bold('Mesher')} is ready at ${bold(facts.url)}  (${(facts.startedInMs / 1000).toFixed(1)} s)`,
    '',
  ];
  if (facts.setupUrl !== null) {
    lines.push(
      '  1. Create the first account with this one-time link (24 hours):',
      '',
      `     ${bold(facts.setupUrl)}`,
      '',
    );
    if (facts.dsn !== null) {
      lines.push(
        '  2. Point any Sentry SDK at it, for example in Node:',
        '',
        "     import * as Sentry from '@sentry/node';",
        `     Sentry.init({ dsn: '${facts.dsn}' });`,
        "     Sentry.captureException(new Error('hello Mesher'));",
        '',
      );
    }
  }
  lines.push('  Ctrl-C stops it, and its database with it.', '');
  return lines;
}
