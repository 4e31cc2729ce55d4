/** A project with many rules, none of which holds for the events of the benchmark: each has to be asked. */
import type { ProjectSettings } from '../../src/store/projects.ts';

/** 40 % stack trace rules, 30 % fingerprint rules, 30 % filters; all built-in filters are on. */
export function projectWithRules(rules: number): ProjectSettings {
  const list = (share: number, text: (i: number) => string) =>
    Array.from({ length: Math.round(rules * share) }, (_, i) => text(i));
  return {
    groupingVersion: 'v2',
    enhancements: list(
      0.4,
      (i) =>
        [`path:**/vendor${i}/** -app`, `module:lib${i}.* -group`, `function:gen${i}_* ^-group`][i % 3] ?? '',
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
