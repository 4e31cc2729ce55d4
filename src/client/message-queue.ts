/** Messages between the socket and an async iterator: tells the producer to pause when the consumer is slow. */
export interface MessageQueue<T> {
  push(item: T): void;
  end(): void;
  iterator(): AsyncIterableIterator<T>;
}

export function createMessageQueue<T>(
  flow: { full(): void; empty(): void },
  maxItems = 1000,
): MessageQueue<T> {
  const items: T[] = [];
  let waiting: ((result: IteratorResult<T>) => void) | null = null;
  let used = false;
  let ended = false;
  let full = false;
  return {
    push(item) {
      // Nobody iterates: the callback is the consumer.
      if (!used || ended) return;
      if (waiting !== null) {
        const give = waiting;
        waiting = null;
        give({ value: item, done: false });
        return;
      }
      items.push(item);
      if (!full && items.length >= maxItems) {
        full = true;
        flow.full();
      }
    },
    end() {
      ended = true;
      waiting?.({ value: undefined, done: true });
      waiting = null;
    },
    iterator() {
      used = true;
      return {
        [Symbol.asyncIterator]() {
          return this;
        },
        next() {
          const item = items.shift();
          if (full && items.length <= maxItems / 10) {
            full = false;
            flow.empty();
          }
          if (item !== undefined) return Promise.resolve({ value: item, done: false });
          if (ended) return Promise.resolve({ value: undefined, done: true });
          return new Promise((resolve) => (waiting = resolve));
        },
        return() {
          used = false;
          items.length = 0;
          return Promise.resolve({ value: undefined, done: true });
        },
      };
    },
  };
}
