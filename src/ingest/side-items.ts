/**
 * Items beside events: feedback, sessions, check-ins. Each is stored or counted before the request is answered, and
 * ends as one outcome; what is not stored yet is `unsupported_item`.
 */
import type { Logger } from '../log.ts';
import { readCheckIn } from './check-ins.ts';
import type { EnvelopeItem } from './envelope-parser.ts';
import { readFeedback, readUserReport } from './feedback.ts';
import { unsupported, type Outcome } from './outcomes.ts';
import { parsePayload } from './payload.ts';
import type { ItemPorts } from './ports.ts';
import { createSessionReader } from './sessions.ts';

export type SideResult =
  | { kind: 'done'; outcome: Outcome }
  /** The database is away: the client shall come again. */
  | { kind: 'unavailable' };

export interface SideFacts {
  projectId: number;
  receivedMs: number;
  headerId: string | null;
}

export type SideItems = (item: EnvelopeItem, facts: SideFacts) => SideResult | Promise<SideResult>;

const STORED: Outcome = { outcome: 'accepted', reason: 'stored' };
const UNUSABLE: Outcome = { outcome: 'invalid', reason: 'unusable' };

export function createSideItems(
  ports: Pick<ItemPorts, 'saveFeedback' | 'countSessions' | 'saveCheckIn'>,
  log: Logger,
): SideItems {
  const sessions = createSessionReader();

  return (item, facts) => {
    switch (item.type) {
      case 'session':
      case 'sessions':
      case 'user_report':
      case 'feedback':
      case 'check_in':
        break;
      default:
        return done(unsupported(item.type));
    }
    if (item.payload === null) return done({ outcome: 'too_large', reason: 'item_payload' });
    const payload = parsePayload(item.payload);
    if (payload.kind === 'invalid') return done({ outcome: 'invalid', reason: payload.reason });
    const { value } = payload;
    switch (item.type) {
      case 'session':
        return counted(sessions.session(value, facts.projectId, facts.receivedMs), facts);
      case 'sessions':
        return counted(sessions.aggregates(value, facts.receivedMs), facts);
      case 'check_in':
        return saving(checkIn(value, facts));
      case 'feedback':
        return saving(feedback(readFeedback(value, facts)));
      case 'user_report':
        return saving(feedback(readUserReport(value, facts)));
    }
  };

  function counted(counts: ReturnType<typeof sessions.session>, { projectId }: SideFacts): SideResult {
    if (counts === null) return done(UNUSABLE);
    for (const count of counts) ports.countSessions({ ...count, projectId });
    return done(STORED);
  }

  async function feedback(written: ReturnType<typeof readFeedback>): Promise<SideResult> {
    if (written === null) return done(UNUSABLE);
    return done((await ports.saveFeedback(written)) ? STORED : { outcome: 'duplicate', reason: 'event_id' });
  }

  async function checkIn(
    value: { [key: string]: unknown },
    { projectId, receivedMs }: SideFacts,
  ): Promise<SideResult> {
    const read = readCheckIn(value, { projectId, receivedMs, mayMakeMonitor: true });
    if (read === null) return done(UNUSABLE);
    const saved = await ports.saveCheckIn(read);
    return done(saved.kind === 'saved' ? STORED : { outcome: 'discarded', reason: 'too_many_monitors' });
  }

  async function saving(result: Promise<SideResult>): Promise<SideResult> {
    try {
      return await result;
    } catch (error) {
      log.warn({ err: error }, 'an item could not be stored');
      return { kind: 'unavailable' };
    }
  }
}

function done(outcome: Outcome): SideResult {
  return { kind: 'done', outcome };
}
