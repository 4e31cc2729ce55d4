/**
 * An unchanged program that uses a real @sentry/node: `sentry-node.ts <package> once|report|limited`, with
 * SENTRY_DSN set. Exits 0 when the SDK has flushed.
 */
const [name = '@sentry/node', mode] = process.argv.slice(2);
const Sentry = (await import(name)) as typeof import('@sentry/node');

class CheckoutError extends Error {
  override name = 'CheckoutError';
}

function chargeCard(): never {
  throw new CheckoutError('card declined', { cause: new Error('the bank said no') });
}

Sentry.init({
  dsn: process.env.SENTRY_DSN ?? '',
  environment: 'staging',
  release: 'shop@1.4.2',
  serverName: 'web-7',
});
if (mode === 'limited') {
  for (let i = 0; i < 7; i++) {
    Sentry.captureException(new Error(`error ${i}`));
    await Sentry.flush(10_000);
  }
  process.exit(0);
}
Sentry.setUser({ id: '42', email: 'ada@example.com', username: 'ada' });
Sentry.setTag('region', 'eu-1');
Sentry.addBreadcrumb({ category: 'cart', message: 'added item 7', level: 'info' });
for (let i = 0; i < (mode === 'once' ? 1 : 2); i++) {
  // Between the errors: the SDK drops one that repeats the event before it.
  if (i > 0) Sentry.captureMessage('the shop is open');
  try {
    chargeCard();
  } catch (error) {
    Sentry.captureException(error);
  }
}
process.exit((await Sentry.flush(10_000)) ? 0 : 1);
