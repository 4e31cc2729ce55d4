/**
 * The attachments of one envelope: uploaded before its event is handed on, so that both are committed together, and
 * counted by what became of the event.
 */
import type { Logger } from '../log.ts';
import { uploadItem, type Spool } from './attachments.ts';
import type { ActiveKey } from './dsn-auth.ts';
import type { EnvelopeItem } from './envelope-parser.ts';
import { outcomeOf, type Category, type Outcome } from './outcomes.ts';
import type { AttachmentPorts, UploadedAttachment, Verdict } from './ports.ts';
import type { ItemResult } from './process-items.ts';

export interface EventFiles {
  take(
    items: readonly EnvelopeItem[],
    key: ActiveKey,
    spool: Spool | null,
  ): Promise<
    { kind: 'taken'; uploaded: UploadedAttachment[]; limited: ItemResult[] } | { kind: 'unavailable' }
  >;
  /** They went with the event of this verdict. */
  settle(
    uploaded: readonly UploadedAttachment[],
    key: ActiveKey,
    verdict: Promise<Verdict>,
  ): Promise<ItemResult>;
  /** No event was handed on: what comes alone belongs to the event the header names. */
  settleWithoutEvent(
    uploaded: readonly UploadedAttachment[],
    items: readonly EnvelopeItem[],
    eventId: string | null,
    facts: { key: ActiveKey; receivedMs: number },
  ): Promise<ItemResult>;
}

export function createEventFiles(o: {
  port: AttachmentPorts;
  log: Logger;
  take: (key: ActiveKey, category: Category) => ItemResult | null;
  count: (key: ActiveKey, category: Category, outcome: Outcome, quantity?: number) => void;
}): EventFiles {
  const { port, log, count } = o;

  async function giveUp(
    uploaded: readonly UploadedAttachment[],
    key: ActiveKey,
    outcome: Outcome,
  ): Promise<ItemResult> {
    if (uploaded.length === 0) return { kind: 'passed' };
    count(key, 'attachment', outcome, uploaded.length);
    await port.discard(uploaded.map((attachment) => attachment.id));
    return { kind: 'passed' };
  }

  return {
    async take(items, key, spool) {
      const uploaded: UploadedAttachment[] = [];
      const limited: ItemResult[] = [];
      try {
        for (const item of items) {
          if (item.type !== 'attachment') continue;
          const limit = o.take(key, 'attachment');
          if (limit !== null) {
            limited.push(limit);
            continue;
          }
          const result = await uploadItem(item, port, spool);
          if (result === 'too_large')
            count(key, 'attachment', { outcome: 'too_large', reason: 'item_payload' });
          else if (result === 'no_room')
            count(key, 'attachment', { outcome: 'discarded', reason: 'attachment_budget' });
          else uploaded.push(result);
        }
        return { kind: 'taken', uploaded, limited };
      } catch (error) {
        log.warn({ err: error }, 'an attachment could not be stored');
        await port.discard(uploaded.map((attachment) => attachment.id));
        return { kind: 'unavailable' };
      }
    },
    async settle(uploaded, key, verdict) {
      if (uploaded.length === 0) return { kind: 'passed' };
      const outcome = outcomeOf(await verdict);
      if (outcome?.outcome === 'accepted') {
        count(key, 'attachment', outcome, uploaded.length);
        return { kind: 'passed' };
      }
      if (outcome !== null) return giveUp(uploaded, key, outcome);
      await port.discard(uploaded.map((attachment) => attachment.id));
      return { kind: 'passed' };
    },
    async settleWithoutEvent(uploaded, items, eventId, { key, receivedMs }) {
      if (uploaded.length === 0) return { kind: 'passed' };
      const hadEvent = items.some((item) => item.type === 'event' || item.type === 'transaction');
      if (hadEvent || eventId === null)
        return giveUp(uploaded, key, { outcome: 'discarded', reason: 'no_event' });
      try {
        const { projectId } = key;
        await port.attach(
          uploaded.map((attachment) => ({ ...attachment, projectId, eventId, receivedAt: receivedMs })),
        );
      } catch (error) {
        log.warn({ err: error }, 'an attachment could not be stored');
        return { kind: 'unavailable' };
      }
      count(key, 'attachment', { outcome: 'accepted', reason: 'stored' }, uploaded.length);
      return { kind: 'passed' };
    },
  };
}
