import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from 'vitest';
import { createClientIp } from './client-ip.ts';

function request(remoteAddress: string, forwarded?: string): IncomingMessage {
  const headers = forwarded === undefined ? {} : { 'x-forwarded-for': forwarded };
  return { socket: { remoteAddress }, headers } as unknown as IncomingMessage;
}

describe('client ip', () => {
  it('ignores forwarded headers when nothing is trusted', () => {
    expect(createClientIp('')(request('10.0.0.1', '8.8.8.8'))).toBe('10.0.0.1');
  });
  it('takes the right-most untrusted hop behind a trusted proxy', () => {
    const ip = createClientIp('10.0.0.0/8, ::1');
    expect(ip(request('::ffff:10.1.1.1', '6.6.6.6, 8.8.8.8, 10.2.2.2'))).toBe('8.8.8.8');
    expect(ip(request('9.9.9.9', '8.8.8.8'))).toBe('9.9.9.9');
    expect(ip(request('10.1.1.1', 'nonsense'))).toBe('10.1.1.1');
  });
  it('names a bad entry', () => {
    expect(() => createClientIp('10.0.0.0/33')).toThrow(/10\.0\.0\.0\/33/);
  });
});
