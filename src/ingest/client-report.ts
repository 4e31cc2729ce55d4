/** `client_report` items: what an SDK dropped before sending, counted with the outcomes of the server. */
import { asObject } from './normalize/text.ts';
import { parsePayload } from './payload.ts';

export interface Discarded {
  reason: string;
  category: string;
  quantity: number;
}

const WORD = /^[a-z][a-z0-9_]{0,63}$/;
const MAX_ROWS = 100;
const MAX_QUANTITY = 1_000_000;

/** A report that cannot be read says nothing; it is never an error of the envelope. */
export function readClientReport(bytes: Uint8Array): Discarded[] {
  const payload = parsePayload(bytes);
  if (payload.kind !== 'object') return [];
  const rows = payload.value['discarded_events'];
  if (!Array.isArray(rows)) return [];
  const discarded: Discarded[] = [];
  for (const row of rows.slice(0, MAX_ROWS) as unknown[]) {
    const { reason, category, quantity } = asObject(row) ?? {};
    if (typeof reason !== 'string' || typeof category !== 'string' || typeof quantity !== 'number') continue;
    if (!WORD.test(reason) || !WORD.test(category) || !Number.isInteger(quantity) || quantity <= 0) continue;
    discarded.push({ reason, category, quantity: Math.min(quantity, MAX_QUANTITY) });
  }
  return discarded;
}
