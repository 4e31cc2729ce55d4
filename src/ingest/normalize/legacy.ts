/** Names that old clients used (`sentry.interfaces.Exception` …), moved to where today's are. */
const NAMES: readonly [string, string][] = [
  ['sentry.interfaces.Exception', 'exception'],
  ['sentry.interfaces.Message', 'logentry'],
  ['sentry.interfaces.Stacktrace', 'stacktrace'],
  ['sentry.interfaces.Template', 'template'],
  ['sentry.interfaces.Http', 'request'],
  ['sentry.interfaces.User', 'user'],
  ['sentry.interfaces.Breadcrumbs', 'breadcrumbs'],
  ['sentry.interfaces.Contexts', 'contexts'],
  ['sentry.interfaces.Threads', 'threads'],
  ['sentry.interfaces.Csp', 'csp'],
  ['exc_info', 'exception'],
  ['sentry.interfaces.DebugMeta', 'debug_meta'],
];

/** Changes `payload`; a modern key that is there wins. */
export function renameLegacyKeys(payload: { [key: string]: unknown }): void {
  for (const [old, name] of NAMES) {
    if (!Object.hasOwn(payload, old)) continue;
    payload[name] ??= payload[old];
    delete payload[old];
  }
}
