import { describe, expect, it } from 'vitest';
import { PLATFORMS } from './platforms.ts';
import { envelopePath, parseDsn, snippet } from './snippets.ts';

const DSN = 'http://0123456789abcdef0123456789abcdef@localhost:8080/1';

describe('onboarding snippets', () => {
  it.each(PLATFORMS.map(({ id }) => id))('WEB8 the snippet for %s carries the DSN or its parts', (id) => {
    const code = snippet(id, DSN)
      .files.map((file) => file.code)
      .join('\n');
    if (id === 'opentelemetry') {
      expect(code).toContain("'http://localhost:8080/api/1/integration/otlp/v1/traces'");
      expect(code).toContain("'sentry sentry_key=0123456789abcdef0123456789abcdef'");
    } else if (id === 'curl')
      expect(code).toContain('/api/1/store/?sentry_key=0123456789abcdef0123456789abcdef');
    else expect(code).toContain(DSN);
  });

  it('WEB8 test events go to the envelope endpoint of the DSN', () => {
    expect(envelopePath(parseDsn(DSN))).toMatch(/^\/api\/1\/envelope\/\?sentry_key=0{0}0123456789abcdef/);
  });
});
