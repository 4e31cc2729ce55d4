/**
 * A program that goes on after it was told to stop: `node sentry-node-limited.ts <package>` sends one error that is
 * taken, one that is limited, and five more which the SDK must keep to itself.
 */
const name = process.argv[2] ?? '@sentry/node';
const Sentry = (await import(name)) as typeof import('@sentry/node');

Sentry.init({ dsn: process.env.SENTRY_DSN ?? '' });
for (let i = 0; i < 7; i++) {
  Sentry.captureException(new Error(`error ${i} (${name})`));
  await Sentry.flush(10_000);
}
process.exit(0);
