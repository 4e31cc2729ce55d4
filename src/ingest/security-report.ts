/**
 * Reports of browsers (CSP, Expect-CT, Expect-Staple, HPKP, network errors) as event payloads. In: the body's JSON.
 * Out: one payload a report; none when there is no report in it.
 */
import { asObject } from './normalize/text.ts';

const MAX_REPORTS = 100;
/** null: this type of body is no report (415). */
export function isReportType(contentType: string | undefined): boolean {
  return TYPES.has((contentType ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '');
}

const TYPES = new Set([
  'application/json',
  'application/csp-report',
  'application/expect-ct-report',
  'application/expect-ct-report+json',
  'application/expect-staple-report',
  'application/reports+json',
]);

type Report = { [key: string]: unknown };

export function securityPayloads(body: unknown): Report[] {
  if (Array.isArray(body))
    return body.slice(0, MAX_REPORTS).flatMap((entry: unknown) => ofReportingApi(asObject(entry)));
  const object = asObject(body);
  if (object === null) return [];
  const csp = asObject(object['csp-report']);
  if (csp !== null) return notEmpty(csp) ? [ofCsp(snakeKeys(csp))] : [];
  const ct = asObject(object['expect-ct-report']);
  if (ct !== null) return [ofHost('expectct', 'Expect-CT', snakeKeys(ct))];
  const staple = asObject(object['expect-staple-report']);
  if (staple !== null) return [ofHost('expectstaple', 'Expect-Staple', snakeKeys(staple))];
  if ('known-pins' in object) return [ofHost('hpkp', 'Public key pinning', snakeKeys(object))];
  return ofReportingApi(object);
}

/** `{type, body, url, user_agent}` of the Reporting API. */
function ofReportingApi(report: Report | null): Report[] {
  const body = asObject(report?.['body']);
  if (report === null || body === null) return [];
  const about = { url: report['url'], userAgent: report['user_agent'] };
  if (report['type'] === 'csp-violation') {
    const csp = snakeKeys({
      'document-uri': body['documentURL'] ?? report['url'],
      'effective-directive': body['effectiveDirective'],
      'violated-directive': body['violatedDirective'] ?? body['effectiveDirective'],
      'blocked-uri': body['blockedURL'],
      'original-policy': body['originalPolicy'],
      referrer: body['referrer'],
      disposition: body['disposition'],
      'source-file': body['sourceFile'],
      'line-number': body['lineNumber'],
      'column-number': body['columnNumber'],
      'script-sample': body['sample'],
      'status-code': body['statusCode'],
    });
    return [ofCsp(csp, about.userAgent)];
  }
  if (report['type'] !== 'network-error') return [];
  const { type, phase } = body;
  const host = hostOf(about.url);
  return [
    {
      ...event('nel', `${word(type)} while asking ${host}`, host, about.url, about.userAgent),
      nel: { ...snakeKeys(body), url: about.url },
      fingerprint: ['nel', word(phase), word(type), host],
    },
  ];
}

function ofCsp(csp: Report, userAgent?: unknown): Report {
  const directive = word(csp['effective_directive'] ?? word(csp['violated_directive']).split(' ', 1)[0]);
  const blocked = word(csp['blocked_uri']);
  const from =
    blocked === '' || blocked === 'self' ? "'self'" : blocked.includes('://') ? hostOf(blocked) : blocked;
  const page = csp['document_uri'];
  return {
    ...event(
      'csp',
      `Blocked '${directive}' from '${from}'`,
      word(csp['violated_directive']) || directive,
      page,
      userAgent,
    ),
    csp: { ...csp, effective_directive: directive },
    tags: { 'effective-directive': directive, 'blocked-uri': blocked },
  };
}

function ofHost(kind: 'expectct' | 'expectstaple' | 'hpkp', name: string, report: Report): Report {
  const host = word(report['hostname']);
  return { ...event(kind, `${name} failed for '${host}'`, host, undefined, undefined), [kind]: report };
}

function event(logger: string, message: string, culprit: string, url: unknown, userAgent: unknown): Report {
  return {
    level: 'error',
    logger,
    message,
    culprit,
    platform: 'other',
    user: { ip_address: '{{auto}}' },
    request: {
      url,
      headers: typeof userAgent === 'string' ? { 'User-Agent': userAgent } : {},
    },
  };
}

/** `blocked-uri` → `blocked_uri`; camel case too. */
function snakeKeys(object: Report): Report {
  return Object.fromEntries(
    Object.entries(object)
      .slice(0, 100)
      .map(([key, value]) => [
        key.replaceAll('-', '_').replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
        value,
      ]),
  );
}

function notEmpty(object: Report): boolean {
  return Object.keys(object).length > 0;
}

function word(value: unknown): string {
  return typeof value === 'string' ? value.slice(0, 2048) : '';
}

function hostOf(url: unknown): string {
  return typeof url === 'string' ? (URL.parse(url)?.host ?? url.slice(0, 200)) : '';
}
