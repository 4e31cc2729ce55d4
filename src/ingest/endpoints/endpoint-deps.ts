/** What the endpoints besides envelopes and events share. */
import type { IngestDeps } from '../ports.ts';
import type { ItemProcessor } from '../process-items.ts';
import type { RateLimiter } from '../rate-limit.ts';

export interface EndpointDeps {
  deps: Pick<IngestDeps, 'items' | 'log'>;
  limiter: RateLimiter;
  items: ItemProcessor;
}
