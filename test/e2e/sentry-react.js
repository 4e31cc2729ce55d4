/** A shop in React as its maker would write it, with the ErrorBoundary of @sentry/react. Bundled by the test. */
import * as Sentry from '@sentry/react';
import { createElement as h, useState } from 'react';
import { createRoot } from 'react-dom/client';

Sentry.init({ dsn: document.body.dataset.dsn, environment: 'staging', release: 'react@4.0.0' });

function Cart() {
  const [open, setOpen] = useState(false);
  if (open) throw new RangeError('the cart is empty');
  return h('button', { onClick: () => setOpen(true) }, 'Open the cart');
}

const shop = h(Sentry.ErrorBoundary, { fallback: h('p', null, 'Sorry') }, h(Cart));
createRoot(document.body.appendChild(document.createElement('main'))).render(shop);
