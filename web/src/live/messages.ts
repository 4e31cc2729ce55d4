/** Messages of the stream as the web uses them: with payload `full` events and issues carry all their data. */
import type { EventData, IssueData } from '../../../src/protocol/change.ts';
import type * as down from '../../../src/protocol/down.ts';

export type StreamMessage = down.DownMessage;
export type EventMessage = down.EventMessage & { data: EventData };
export type IssueMessage = down.IssueMessage & { data: IssueData };

export function isEventMessage(message: { type?: unknown }): message is EventMessage {
  return message.type === 'event' && 'data' in message && message.data !== undefined;
}

export function isIssueMessage(message: StreamMessage): message is IssueMessage {
  return message.type === 'issue' && message.data !== undefined;
}
