/** Commands of mode 0: the plain shapes, byte for byte (docs/protocol.md, ST2). */
import { parseMode0Command, type SubscribeCommand } from '../protocol/up.ts';
import type { Session } from './session.ts';
import { subscribe, unsubscribe, type SubscribeDeps } from './subscribe.ts';

/** Mode 0 has one subscription a project, sends every issue change and keeps 100 events for a slow client. */
export function mode0Subscribe(
  projectId: string,
  filters: unknown,
): SubscribeCommand & { project_id: string } {
  return {
    type: 'subscribe',
    project_id: projectId,
    sub: 'live',
    filters,
    scope: 'all',
    buffer: 100,
    max_rate: null,
    payload: 'full',
    watch: [],
    rates: false,
  };
}

export async function handleMode0(
  deps: SubscribeDeps,
  session: Session,
  pathProject: string | null,
  text: string,
): Promise<void> {
  const parsed = parseMode0Command(text);
  if (parsed.kind === 'refused') return session.tellMode0({ error: parsed.message });
  const { command } = parsed;
  const projectId = command.project_id ?? pathProject;
  if (projectId === null) return session.tellMode0({ error: 'project_id is required' });
  if (command.type === 'subscribe') {
    const mode0Answer = command.project_id === undefined ? 'filters_updated' : 'subscribed';
    const result = await subscribe(deps, session, mode0Subscribe(projectId, command.filters), {
      mode0Answer,
    });
    if (result.kind === 'refused') session.tellMode0({ error: result.message });
    return undefined;
  }
  const project = await deps.resolveProject(projectId);
  if (project === null || !unsubscribe(deps, session, project.id, 'live'))
    return session.tellMode0({ error: 'not subscribed' });
  return session.tellMode0({ type: 'unsubscribed', project_id: projectId });
}
