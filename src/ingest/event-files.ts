/**
 * The attachments of one envelope: uploaded before its event is handed on, so that both are committed together, and
 * counted by what became of the event.
 */
import type { Logger } from '../log.ts';
import { uploadItem, type Spool } from './attachments.ts';
import type { ActiveKey } from './dsn-auth.ts';
import type { EnvelopeItem } from './envelope-parser.ts';
import { outcomeOf, type Category, type Outcome } from './outcomes.ts';
import type { AttachmentPorts, UploadedAttachment } from './ports.ts';
import type { ItemResult, PendingItem } from './process-items.ts';

export interface EventFiles {
  take(
    items: readonly EnvelopeItem[],
    key: ActiveKey,
    spool: Spool | null,
  ): Promise<
    { kind: 'taken'; uploaded: UploadedAttachment[]; limited: ItemResult[] } | { kind: 'unavailable' }
  >;
  /** They went with this event. */
  settle(uploaded: readonly UploadedAttachment[], key: ActiveKey, carrier: PendingItem): Promise<ItemResult>;
  /** No event was in the request: they belong to the one that it names, if it does. */
  settleAlone(
    uploaded: readonly UploadedAttachment[],
    eventId: string | null,
    facts: { key: ActiveKey; receivedMs: number },
  ): Promise<ItemResult>;
}

const NO_EVENT: Outcome = { outcome: 'discarded', reason: 'no_event' };

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
          const result = await uploadItem(item, port, key, spool);
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
    // Waits for the commit; holds nothing of the event but its result.
    async settle(uploaded, key, carrier) {
      if (uploaded.length === 0) return { kind: 'passed' };
      const result = await carrier;
      const outcome = fateOf(result);
      if (outcome?.outcome === 'accepted') {
        count(key, 'attachment', outcome, uploaded.length);
        return { kind: 'passed' };
      }
      if (outcome !== null) return giveUp(uploaded, key, outcome);
      await port.discard(uploaded.map((attachment) => attachment.id));
      return { kind: 'passed' };
    },
    async settleAlone(uploaded, eventId, { key, receivedMs }) {
      if (uploaded.length === 0) return { kind: 'passed' };
      if (eventId === null) return giveUp(uploaded, key, NO_EVENT);
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

/** What became of an event becomes of its files; null: nothing has happened yet. */
function fateOf(carrier: ItemResult): Outcome | null {
  if (carrier.kind === 'event') return outcomeOf(carrier.verdict, carrier.countOnly);
  return carrier.kind === 'dropped' ? carrier.outcome : NO_EVENT;
}
