/** Which subscription of a connection a message is for: answers name it, entries name its class, gauges the project. */
import type { DownMessage } from '../protocol/down.ts';
import type { LinkCommand } from './command-pacer.ts';

export interface LinkRoutes {
  /** Gives the command an id that its answer repeats. */
  asked(command: LinkCommand): LinkCommand;
  /** Names of subscriptions; null = all. `from`: the subscription that this message came for, where that is known. */
  receivers(message: DownMessage, from?: string): readonly string[] | null;
  unanswered(): LinkCommand[];
  /** Id or slug; undefined: not asked for yet. */
  projectOf(sub: string): string | undefined;
  forget(sub: string): void;
  clear(): void;
}

export function createLinkRoutes(): LinkRoutes {
  const byClass = new Map<string, string>();
  /** Decimal id of the project of each subscription; as it was asked for until that is known. */
  const projects = new Map<string, string>();
  const open = new Map<number, LinkCommand>();
  let asked = 0;

  function answered(sub: string, through: number): void {
    for (const [id, command] of open) if (command.sub === sub && id <= through) open.delete(id);
  }

  function forgetClass(sub: string): void {
    for (const [f, owner] of byClass) if (owner === sub) byClass.delete(f);
  }

  return {
    asked(command) {
      const withId = { ...command, id: ++asked };
      open.set(asked, withId);
      if (command.type === 'subscribe' && !projects.has(command.sub))
        projects.set(command.sub, String(command['project_id']));
      return withId;
    },
    receivers(message, from) {
      switch (message.type) {
        case 'subscribed': {
          const sub = from ?? message.sub;
          // Without an id it is what the path of the address subscribed to: commands still wait for their answers.
          if (typeof message.id === 'number') answered(sub, message.id);
          else if (from !== undefined) answered(sub, asked);
          forgetClass(sub);
          byClass.set(message.f, sub);
          projects.set(sub, message.project_id);
          return [sub];
        }
        case 'unsubscribed':
          answered(message.sub, asked);
          return [from ?? message.sub];
        case 'error': {
          if (message.id === undefined) return from === undefined ? null : [from];
          const command = typeof message.id === 'number' ? open.get(message.id) : undefined;
          if (command === undefined) return [];
          answered(command.sub, typeof message.id === 'number' ? message.id : 0);
          return [command.sub];
        }
        case 'event':
        case 'issue':
        case 'snapshot':
        case 'rates':
        case 'dropped':
        case 'mark':
        case 'resync': {
          const sub = from ?? byClass.get(message.f);
          return sub === undefined ? [] : [sub];
        }
        case 'issue_count':
        case 'issue_stats':
        case 'config':
          if (from !== undefined) return [from];
          return [...projects].flatMap(([sub, project]) => (project === message.project_id ? [sub] : []));
        case 'hello':
        case 'goodbye':
        case 'authed':
        case 'pong':
          return null;
      }
    },
    unanswered: () => [...open.values()],
    projectOf: (sub) => projects.get(sub),
    forget(sub) {
      answered(sub, asked);
      forgetClass(sub);
      projects.delete(sub);
    },
    clear() {
      byClass.clear();
      projects.clear();
      open.clear();
    },
  };
}
