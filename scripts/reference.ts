/** The reference of settings, errors and metrics, written from the tables in the code. */
import { SETTINGS } from '../src/config.ts';
import { errorTable } from '../src/errors.ts';
import { createMetrics } from '../src/metrics.ts';

export async function reference(): Promise<string> {
  const settings = Object.values(SETTINGS).map((row) => {
    const fallback = row.type.safeParse(undefined);
    const value =
      fallback.success && fallback.data !== undefined && fallback.data !== ''
        ? `\`${String(fallback.data)}\``
        : '–';
    return `| \`${row.env}\` | ${value} | ${row.doc}${'secret' in row ? ' Secret.' : ''} |`;
  });
  const errors = Object.entries(errorTable).map(
    ([code, row]) =>
      `| \`${code}\` | ${row.status} | ${row.message} | ${row.hint} | ${row.temporary ? 'yes' : 'no'} |`,
  );
  const metrics = (await createMetrics().registry.getMetricsAsJSON()).map(
    (metric) => `| \`${metric.name}\` | ${metric.type} | ${metric.help} |`,
  );
  return `# Reference

Written by \`node scripts/generate-docs.ts\` from the tables in the code; a test compares them.

## Settings

Environment variables. An unknown \`MESHER_*\` name is an error. \`mesher config\` prints what is in force.

| variable | default | meaning |
|---|---|---|
${settings.join('\n')}

## Errors of the REST API

\`{"error":{"code","message","hint"}}\`; \`path\` names the field where there is one.

| code | status | message | hint | may succeed later |
|---|---|---|---|---|
${errors.join('\n')}

## Metrics

\`GET /metrics\`, Prometheus text format.

| name | type | meaning |
|---|---|---|
${metrics.join('\n')}
`;
}
