/** 8 bytes of a hash of what tells a user apart: enough to count users, and never the user. */
import { hash as digest } from 'node:crypto';

export function userHash(ident: string): bigint {
  return digest('sha256', ident, 'buffer').readBigInt64BE();
}
