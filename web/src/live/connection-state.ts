/** The client's state as a person reads it: connecting again after a loss is being offline. */
import type { StreamState } from '../../../src/client/stream-client.ts';

export type ConnectionState = StreamState | 'offline';

export function nextConnection(before: ConnectionState, state: StreamState): ConnectionState {
  return state === 'connecting' && before !== 'connecting' ? 'offline' : state;
}
