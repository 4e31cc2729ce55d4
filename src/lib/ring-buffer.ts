/** A double-ended queue on an array that wraps around: O(1) at both ends, grows by doubling, never shrinks. */
export interface RingBuffer<T> {
  readonly length: number;
  push(item: T): void;
  shift(): T | undefined;
  /** `index` from the oldest, 0-based. */
  at(index: number): T | undefined;
  clear(): void;
}

export function createRingBuffer<T>(): RingBuffer<T> {
  let slots = empty<T>(16);
  let start = 0;
  let length = 0;
  return {
    get length() {
      return length;
    },
    push(item) {
      if (length === slots.length) {
        const grown = empty<T>(slots.length * 2);
        for (let i = 0; i < length; i++) grown[i] = slots[(start + i) & (slots.length - 1)];
        slots = grown;
        start = 0;
      }
      slots[(start + length++) & (slots.length - 1)] = item;
    },
    shift() {
      if (length === 0) return undefined;
      const item = slots[start];
      slots[start] = undefined;
      start = (start + 1) & (slots.length - 1);
      length--;
      return item;
    },
    at(index) {
      return index < 0 || index >= length ? undefined : slots[(start + index) & (slots.length - 1)];
    },
    clear() {
      slots = empty<T>(16);
      start = 0;
      length = 0;
    },
  };
}

function empty<T>(size: number): (T | undefined)[] {
  return Array.from({ length: size });
}
