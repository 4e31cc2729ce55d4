/** At most so many large bodies at once; a bounded number waits for its turn, unread, the next is turned away. */
export interface Turns {
  /** Resolves with the function that ends the turn; null: too many wait already. */
  take(): Promise<(() => void) | null>;
  /** Whether somebody waits for a turn. */
  othersWait: () => boolean;
}

export function createTurns(atOnce: number, maxWaiting: number): Turns {
  let running = 0;
  const waiting: (() => void)[] = [];

  function end(): void {
    const next = waiting.shift();
    if (next === undefined) running -= 1;
    else next();
  }

  function once(): () => void {
    let ended = false;
    return () => {
      if (ended) return;
      ended = true;
      end();
    };
  }

  return {
    async take() {
      if (running < atOnce) {
        running += 1;
        return once();
      }
      if (waiting.length >= maxWaiting) return null;
      await new Promise<void>((resolve) => waiting.push(resolve));
      return once();
    },
    othersWait: () => waiting.length > 0,
  };
}
