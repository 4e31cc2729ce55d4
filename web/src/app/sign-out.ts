/** Ends the session and everything of it in this browser. */
import { pageLink } from '../live/page-link.ts';
import { api } from './api.ts';
import { queryClient } from './query-client.ts';

export async function signOut(): Promise<void> {
  await api.signOut().catch(() => undefined);
  pageLink.renew();
  queryClient.clear();
  // A full load: nothing of the session stays in memory.
  location.assign('/sign-in');
}
