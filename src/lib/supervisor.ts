/**
 * Parts with a life (database, writer, bus, sockets, timers): started in order, stopped in reverse, restarted with
 * backoff when they fail. In: the parts. Out: start, stop and the state of each for /readyz and /metrics.
 */
import { backoffMs } from './backoff.ts';
import type { Clock, Timer } from './clock.ts';

export interface Part {
  readonly name: string;
  /** When it throws, the part has let go of everything itself; `stop` is not called then. */
  start(): Promise<void>;
  stop(): Promise<void>;
  /** The part calls `report` when it fails after its start; it is then stopped and started again. */
  onFailure?(report: (error: unknown) => void): void;
  /** How long `stop` may take before the others go on without it. Default 10 s. */
  readonly stopTimeoutMs?: number;
}

export type PartState = 'starting' | 'running' | 'backoff' | 'stopped' | 'failed';

export interface SupervisorOptions {
  readonly clock: Clock;
  /** Every change of a state, for logs and metrics. `error` goes with `backoff` and `failed`. */
  readonly onState?: (name: string, state: PartState, error?: unknown) => void;
  readonly random?: () => number;
}

export interface Supervisor {
  /** Starts the parts in order. When one fails, those before it are stopped and its error is thrown. */
  start(): Promise<void>;
  /** Stops the parts in reverse. Never throws: a part that fails or hangs while stopping is `failed`. */
  stop(): Promise<void>;
  states(): ReadonlyMap<string, PartState>;
  /** All parts run. */
  ready(): boolean;
}

const BASE_MS = 200;
const CAP_MS = 30_000;
/** A part that ran this long starts its backoff anew. */
const STABLE_MS = 60_000;
const STOP_TIMEOUT_MS = 10_000;

export function createSupervisor(parts: readonly Part[], options: SupervisorOptions): Supervisor {
  const lives = parts.map((part) => new Life(part, options));
  let stopping: Promise<void> | null = null;

  async function stopAll(): Promise<void> {
    for (const life of lives.toReversed()) await life.stop();
  }

  return {
    async start() {
      try {
        for (const life of lives) {
          if (stopping) return;
          await life.start();
        }
      } catch (error) {
        await (stopping ??= stopAll());
        throw error;
      }
    },
    stop: () => (stopping ??= stopAll()),
    states: () => new Map(lives.map((life) => [life.part.name, life.state])),
    ready: () => lives.every((life) => life.state === 'running'),
  };
}

class Life {
  readonly part: Part;
  readonly #options: SupervisorOptions;
  state: PartState = 'stopped';
  #failures = 0;
  #runningSince = 0;
  #retry: Timer | null = null;
  #ended = false;
  #watched = false;
  /** start and stop of a part never overlap: each waits for the one before. */
  #turn: Promise<void> = Promise.resolve();

  constructor(part: Part, options: SupervisorOptions) {
    this.part = part;
    this.#options = options;
  }

  /** The first start: its error is the caller's. */
  start(): Promise<void> {
    return this.#inTurn(async () => {
      try {
        await this.#startNow();
      } catch (error) {
        this.#become('failed', error);
        throw error;
      }
    });
  }

  async stop(): Promise<void> {
    this.#ended = true;
    this.#retry?.cancel();
    if (this.state === 'stopped') return;
    await this.#inTurn(async () => {
      if (this.state === 'backoff') this.#become('stopped');
      else if (this.state !== 'failed') await this.#stopNow();
    });
  }

  async #startNow(): Promise<void> {
    if (this.#ended) return;
    this.#become('starting');
    await this.part.start();
    this.#runningSince = this.#options.clock.monotonic();
    this.#become('running');
    if (!this.#watched) this.part.onFailure?.((error) => this.#onFailure(error));
    this.#watched = true;
  }

  async #stopNow(): Promise<void> {
    const timeoutMs = this.part.stopTimeoutMs ?? STOP_TIMEOUT_MS;
    let timer: Timer | null = null;
    const late = new Promise<never>((_, reject) => {
      timer = this.#options.clock.after(timeoutMs, () =>
        reject(new Error(`${this.part.name} did not stop within ${timeoutMs} ms`)),
      );
    });
    try {
      await Promise.race([this.part.stop(), late]);
      this.#become('stopped');
    } catch (error) {
      this.#become('failed', error);
    } finally {
      (timer as Timer | null)?.cancel();
    }
  }

  #onFailure(error: unknown): void {
    // Reports while it is being restarted are about the run that has failed already.
    if (this.#ended || this.state !== 'running') return;
    if (this.#options.clock.monotonic() - this.#runningSince >= STABLE_MS) this.#failures = 0;
    this.#become('backoff', error);
    void this.#inTurn(async () => {
      await this.#cleanUp();
      this.#scheduleRestart();
    });
  }

  /** A failed part still holds things (sockets, timers); what it says about stopping no longer matters. */
  async #cleanUp(): Promise<void> {
    const timeoutMs = this.part.stopTimeoutMs ?? STOP_TIMEOUT_MS;
    const late = new Promise<void>((resolve) => this.#options.clock.after(timeoutMs, resolve));
    await Promise.race([this.part.stop().catch(() => {}), late]);
  }

  #scheduleRestart(): void {
    if (this.#ended) return;
    const random = this.#options.random ?? Math.random;
    const delayMs = backoffMs(this.#failures++, { baseMs: BASE_MS, capMs: CAP_MS, random });
    this.#retry = this.#options.clock.after(delayMs, () => void this.#inTurn(() => this.#restart()));
  }

  async #restart(): Promise<void> {
    try {
      await this.#startNow();
    } catch (error) {
      this.#become('backoff', error);
      this.#scheduleRestart();
    }
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    const result = this.#turn.then(work);
    this.#turn = result.catch(() => {});
    return result;
  }

  #become(state: PartState, error?: unknown): void {
    if (this.state === state) return;
    this.state = state;
    this.#options.onState?.(this.part.name, state, error);
  }
}
