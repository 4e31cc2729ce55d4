/**
 * An unchanged program that uses raven for Node: `raven-node.cjs report|limited`, with SENTRY_DSN set. CommonJS, as in
 * raven's days: it takes the files of ES modules for parts of Node.
 */
const Raven = require('raven');

class CheckoutError extends Error {
  name = 'CheckoutError';
}

function chargeCard() {
  throw new CheckoutError('card declined');
}

/** Resolves when the request is over, however it ended. */
const sent = (send) => new Promise((done) => send(() => done()));

async function main() {
  Raven.config(process.env.SENTRY_DSN, {
    release: 'shop@1.4.2',
    environment: 'staging',
    name: 'web-7',
  }).install();
  if (process.argv[2] === 'limited') {
    for (let i = 0; i < 7; i++) await sent((done) => Raven.captureException(new Error(`error ${i}`), done));
  } else {
    Raven.setContext({
      user: { id: '42', email: 'ada@example.com', username: 'ada' },
      tags: { region: 'eu-1' },
    });
    Raven.captureBreadcrumb({ category: 'cart', message: 'added item 7' });
    await sent((done) => Raven.captureMessage('the shop is open', { level: 'info' }, done));
    for (let i = 0; i < 2; i++) {
      try {
        chargeCard();
      } catch (error) {
        await sent((done) => Raven.captureException(error, done));
      }
    }
  }
}

void main();
