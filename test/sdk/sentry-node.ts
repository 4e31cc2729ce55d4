/**
 * An unchanged program that uses a real @sentry/node. Run as a child: `node sentry-node.ts <package>` with
 * SENTRY_DSN set. Sends one error with everything a dashboard shows, and exits 0 when the SDK has flushed.
 */
const name = process.argv[2] ?? '@sentry/node';
const Sentry = (await import(name)) as typeof import('@sentry/node');

Sentry.init({
  dsn: process.env.SENTRY_DSN ?? '',
  environment: 'staging',
  release: 'shop@1.4.2',
  serverName: 'web-7',
});
Sentry.setUser({ id: '42', email: 'ada@example.com', username: 'ada' });
Sentry.setTag('region', 'eu-1');
Sentry.addBreadcrumb({ category: 'cart', message: 'added item 7', level: 'info' });

class CheckoutError extends Error {
  override name = 'CheckoutError';
}

function chargeCard(): never {
  throw new CheckoutError(`card declined (${name})`);
}

try {
  chargeCard();
} catch (error) {
  Sentry.captureException(error);
}
const flushed = await Sentry.flush(10_000);
process.exit(flushed ? 0 : 1);
