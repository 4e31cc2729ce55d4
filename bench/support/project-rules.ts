/**
 * A project with many rules. Of the stack trace rules a tenth holds for frames of the benchmark's events (event-body.ts);
 * of fingerprint rules and filters none does, so that each has to be asked.
 */
import { sendJson, type ServerProcess } from '../../test/support/server-process.ts';
import type { ProjectSettings } from '../../src/store/projects.ts';

/** 40 % stack trace rules, 30 % fingerprint rules, 30 % filters; all built-in filters are on. */
export function projectWithRules(rules: number): ProjectSettings {
  const list = (share: number, text: (i: number) => string) =>
    Array.from({ length: Math.round(rules * share) }, (_, i) => text(i));
  return {
    groupingVersion: 'v2',
    enhancements: list(0.4, (i) =>
      i % 10 === 0
        ? `path:**/modules/module-${i % 30}/** +app`
        : ([`path:**/vendor${i}/** -app`, `module:lib${i}.* -group`, `function:gen${i}_* ^-group`][i % 3] ??
          ''),
    ).join('\n'),
    fingerprintRules: list(
      0.3,
      (i) =>
        [
          `type:Rule${i}Error -> rule-${i}`,
          `message:"*rule ${i} failed*" -> rule-${i}, {{ function }}`,
          `path:**/rule${i}/** type:Error -> rule-${i}`,
        ][i % 3] ?? '',
    ).join('\n'),
    filters: {
      browserExtensions: true,
      legacyBrowsers: true,
      localhost: true,
      healthChecks: true,
      messages: list(0.1, (i) => `*unwanted ${i}*`),
      releases: list(0.1, (i) => `old-${i}@*`),
      environments: list(0.1, (i) => `dev-${i}*`),
    },
  };
}

/** Sets them through the API, as a person does. */
export async function setRules(
  server: ServerProcess,
  cookie: string,
  projectId: string,
  rules: number,
): Promise<void> {
  const { enhancements, fingerprintRules, filters } = projectWithRules(rules);
  const path = `/projects/${projectId}`;
  await sendJson(
    server,
    cookie,
    `${path}/grouping`,
    { enhancements, fingerprint_rules: fingerprintRules },
    'PUT',
  );
  const { browserExtensions, legacyBrowsers, healthChecks, localhost, ...globs } = filters ?? {};
  await sendJson(
    server,
    cookie,
    `${path}/settings`,
    {
      filters: {
        browser_extensions: browserExtensions,
        legacy_browsers: legacyBrowsers,
        health_checks: healthChecks,
        localhost,
        ...globs,
      },
    },
    'PATCH',
  );
}
