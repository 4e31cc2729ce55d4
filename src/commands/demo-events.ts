/** The made-up shop behind `mesher demo`: a dozen faults of different weight, each with a plausible stack. */

interface Fault {
  weight: number;
  level: string;
  type: string;
  value: () => string;
  platform: string;
  transaction: string;
  handled: boolean;
  /** function, file, line, in_app, source line; oldest first. */
  frames: [string, string, number, boolean, string][];
}

const pick = <T>(items: readonly [T, ...T[]]): T =>
  items[Math.floor(Math.random() * items.length)] ?? items[0];
const number = (below: number) => Math.floor(Math.random() * below);

const FAULTS: readonly Fault[] = [
  {
    weight: 30,
    level: 'error',
    platform: 'node',
    transaction: 'POST /checkout',
    handled: false,
    type: 'PaymentDeclinedError',
    value: () => `card ending ${1000 + number(9000)} was declined`,
    frames: [
      ['processTicksAndRejections', 'node:internal/process/task_queues', 105, false, ''],
      ['checkout', 'src/routes/checkout.ts', 48, true, '  const receipt = await pay(cart, request.card);'],
      [
        'pay',
        'src/payments/gateway.ts',
        91,
        true,
        "  if (answer.status === 'declined') throw new PaymentDeclinedError(card);",
      ],
    ],
  },
  {
    weight: 22,
    level: 'error',
    platform: 'javascript',
    transaction: '/products/:id',
    handled: false,
    type: 'TypeError',
    value: () => "Cannot read properties of undefined (reading 'price')",
    frames: [
      ['commitHookEffectListMount', 'vendor/react-dom.js', 23189, false, ''],
      [
        'ProductPrice',
        'src/components/product-price.tsx',
        17,
        true,
        '  const amount = product.variants[selected].price;',
      ],
    ],
  },
  {
    weight: 14,
    level: 'warning',
    platform: 'python',
    transaction: 'inventory.sync',
    handled: true,
    type: 'TimeoutError',
    value: () => `warehouse-${1 + number(4)} did not answer in 30.0 seconds`,
    frames: [
      ['run', 'celery/app/trace.py', 477, false, '        R = retval = fun(*args, **kwargs)'],
      ['sync_stock', 'inventory/tasks.py', 63, true, '    levels = warehouse.levels(timeout=30)'],
      ['levels', 'inventory/client.py', 22, true, '    return self._get("/levels", timeout=timeout)'],
    ],
  },
  {
    weight: 10,
    level: 'error',
    platform: 'python',
    transaction: 'catalog.search',
    handled: false,
    type: 'KeyError',
    value: () => `'${pick(['currency', 'locale', 'facets'])}'`,
    frames: [
      [
        'get_response',
        'django/core/handlers/base.py',
        181,
        false,
        '            response = wrapped_callback(request)',
      ],
      ['search', 'catalog/views.py', 112, true, '    facets = settings_for(request)["facets"]'],
    ],
  },
  {
    weight: 8,
    level: 'fatal',
    platform: 'node',
    transaction: 'worker.invoice',
    handled: false,
    type: 'RangeError',
    value: () => 'Maximum call stack size exceeded',
    frames: [
      [
        'renderInvoice',
        'src/invoices/render.ts',
        30,
        true,
        '  return lines.map((line) => renderLine(line)).join();',
      ],
      [
        'renderLine',
        'src/invoices/render.ts',
        41,
        true,
        '  return line.parts ? renderLine(line.parts[0]) : format(line);',
      ],
      [
        'renderLine',
        'src/invoices/render.ts',
        41,
        true,
        '  return line.parts ? renderLine(line.parts[0]) : format(line);',
      ],
    ],
  },
  {
    weight: 6,
    level: 'error',
    platform: 'java',
    transaction: 'ShippingController.quote',
    handled: true,
    type: 'IllegalStateException',
    value: () => `no carrier serves zone ${pick(['NO-9', 'GL-1', 'FO-2'])}`,
    frames: [
      ['invoke', 'org/springframework/web/method/support/InvocableHandlerMethod.java', 205, false, ''],
      ['quote', 'ShippingController.java', 77, true, '        return carriers.cheapest(zone).quote(parcel);'],
      [
        'cheapest',
        'Carriers.java',
        39,
        true,
        '            .orElseThrow(() -> new IllegalStateException("no carrier serves zone " + zone));',
      ],
    ],
  },
  {
    weight: 6,
    level: 'info',
    platform: 'node',
    transaction: 'cron.cleanup',
    handled: true,
    type: 'StaleSessionNotice',
    value: () => `${number(500)} sessions older than 30 days removed`,
    frames: [['cleanup', 'src/cron/cleanup.ts', 19, true, '  report(new StaleSessionNotice(removed));']],
  },
  {
    weight: 4,
    level: 'error',
    platform: 'ruby',
    transaction: 'OrdersController#show',
    handled: false,
    type: 'ActiveRecord::RecordNotFound',
    value: () => `Couldn't find Order with 'id'=${number(100_000)}`,
    frames: [
      ['process_action', 'actionpack/lib/action_controller/metal/rendering.rb', 188, false, ''],
      ['show', 'app/controllers/orders_controller.rb', 12, true, '    @order = Order.find(params[:id])'],
    ],
  },
];
const TOTAL = FAULTS.reduce((sum, fault) => sum + fault.weight, 0);

/** One random event in Sentry's JSON. */
export function demoEvent(): Record<string, unknown> {
  let at = Math.random() * TOTAL;
  const fault = FAULTS.find((candidate) => (at -= candidate.weight) < 0) ?? FAULTS[0];
  if (!fault) return { message: 'demo' };
  const user = number(400);
  return {
    level: fault.level,
    platform: fault.platform,
    transaction: fault.transaction,
    environment: pick(['production', 'production', 'production', 'staging'] as const),
    release: `shop@${pick(['2.4.0', '2.4.1', '2.5.0-rc.1'] as const)}`,
    server_name: `web-${1 + number(3)}`,
    user: { id: String(user), email: `customer${user}@example.com` },
    tags: {
      browser: pick(['Chrome', 'Firefox', 'Safari'] as const),
      region: pick(['eu-1', 'us-2'] as const),
    },
    exception: {
      values: [
        {
          type: fault.type,
          value: fault.value(),
          mechanism: { type: 'generic', handled: fault.handled },
          stacktrace: {
            frames: fault.frames.map(([name, file, line, inApp, source]) => ({
              function: name,
              filename: file,
              abs_path: `/srv/shop/${file}`,
              lineno: line,
              in_app: inApp,
              ...(source && { context_line: source, pre_context: ['', '  // …'], post_context: ['}', ''] }),
            })),
          },
        },
      ],
    },
    breadcrumbs: [
      {
        type: 'navigation',
        category: 'navigation',
        data: { from: '/', to: '/cart' },
        timestamp: Date.now() / 1000 - 4,
      },
      {
        type: 'http',
        category: 'fetch',
        data: { method: 'GET', url: '/api/cart', status_code: 200 },
        timestamp: Date.now() / 1000 - 2,
      },
      { category: 'ui.click', message: 'button.checkout', timestamp: Date.now() / 1000 - 1 },
    ],
  };
}
