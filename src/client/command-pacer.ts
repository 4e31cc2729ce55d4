/**
 * Keeps the commands of a connection under what the server takes (30 a second, 60 at once): what has to wait is merged
 * by subscription, so that only its newest wish is sent.
 */
export interface LinkCommand {
  readonly type: 'subscribe' | 'unsubscribe';
  readonly sub: string;
  readonly [field: string]: unknown;
}

export interface CommandPacer {
  send(command: LinkCommand): void;
  /** Gives up what waits. */
  clear(): void;
}

const PER_SECOND = 20;
const AT_ONCE = 50;

export function createCommandPacer(write: (command: LinkCommand) => void): CommandPacer {
  const waiting = new Map<string, LinkCommand>();
  let room = AT_ONCE;
  let timer: ReturnType<typeof setInterval> | null = null;

  /** Runs until all room is back. */
  function refill(): void {
    room = Math.min(AT_ONCE, room + 1);
    const [first] = waiting;
    if (first !== undefined) {
      waiting.delete(first[0]);
      room--;
      write(first[1]);
    } else if (room === AT_ONCE && timer !== null) {
      clearInterval(timer);
      timer = null;
    }
  }

  return {
    send(command) {
      timer ??= setInterval(refill, 1000 / PER_SECOND);
      if (room > 0) {
        room--;
        write(command);
      } else {
        const before = waiting.get(command.sub);
        waiting.set(command.sub, before === undefined ? command : merge(before, command));
      }
    },
    clear() {
      waiting.clear();
      if (timer !== null) clearInterval(timer);
      timer = null;
      room = AT_ONCE;
    },
  };
}

/** An update does not undo what the command before it asked for once. */
function merge(before: LinkCommand, next: LinkCommand): LinkCommand {
  if (next.type === 'unsubscribe' || before.type === 'unsubscribe') return next;
  const { since, snapshot } = before;
  return {
    ...(since === undefined ? {} : { since }),
    ...(snapshot === undefined ? {} : { snapshot }),
    ...next,
  };
}
