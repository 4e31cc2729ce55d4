/**
 * The overview's own subscription: only what the server counts each second, no events (`max_rate` 0). It goes into the
 * cached volumes and the health; what changes with issues comes over the project's subscription.
 */
import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { followProject } from '../../../src/client/stream-client.ts';
import type { Project } from '../../../src/protocol/rest.ts';
import { frameBatch } from '../live/frame-batch.ts';
import type { StreamMessage } from '../live/messages.ts';
import { pageLink } from '../live/page-link.ts';
import { writeRates } from '../live/write-overview.ts';

export function useOverviewLive({ id, slug }: Pick<Project, 'id' | 'slug'>): void {
  const client = useQueryClient();
  useEffect(() => {
    const batch = frameBatch<StreamMessage>((messages) => {
      for (const message of messages) if (message.type === 'rates') writeRates(client, slug, message);
    });
    const stream = followProject(pageLink, {
      projectId: id,
      scope: 'events',
      payload: 'none',
      maxRate: 0,
      buffer: 1,
      rates: true,
      onMessage: batch.push,
    });
    return () => {
      stream.close();
      batch.stop();
    };
  }, [client, id, slug]);
}
