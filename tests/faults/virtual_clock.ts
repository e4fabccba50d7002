import { basename } from "node:path";
import type { Clock } from "../../src/system/clock.ts";

/** After this many turns of the event loop without work, everything waits for the clock. */
const IDLE_TURNS = 8;
/** The length of a turn: what a system thread has done, such as unpacking, returns in less. */
const TURN_MILLIS = 1;

interface Sleeper {
  readonly at: number;
  readonly wake: () => void;
}

/**
 * A clock that stands still while there is work, and otherwise jumps to the next moment that is waited for, so that
 * a day of a daemon takes as long as its work. A request counts as work until its answer has arrived.
 */
export class VirtualClock implements Clock {
  readonly #sleepers = new Set<Sleeper>();
  readonly #start: number;
  readonly #onJump: (now: number) => void;
  #now: number;
  #requests = 0;
  #events = 0;
  #isWatching = false;

  /** `start` in milliseconds since 1970; `onJump` gets each new time. */
  constructor(start: number, onJump: (now: number) => void) {
    this.#start = this.#now = start;
    this.#onJump = onJump;
    onJump(start);
  }

  now(): number {
    return this.#now;
  }

  monotonic(): number {
    return this.#now - this.#start;
  }

  sleep(millis: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason);
      const stop = () => end(() => reject(signal.reason));
      const sleeper = { at: this.#now + Math.max(0, millis), wake: () => end(resolve) };
      const end = (settle: () => void) => {
        this.#sleepers.delete(sleeper);
        signal.removeEventListener("abort", stop);
        this.#events++;
        settle();
      };
      signal.addEventListener("abort", stop);
      this.#sleepers.add(sleeper);
      this.#events++;
      this.#watch();
    });
  }

  /** `fetch`, whose requests hold the clock until their bodies have been read. */
  readonly fetch = async (url: URL, init: RequestInit): Promise<Response> => {
    this.#requests++;
    try {
      const response = await fetch(url, init);
      const body = await response.bytes();
      const isBare = [204, 304].includes(response.status);
      return new Response(isBare ? null : body, { status: response.status, headers: response.headers });
    } finally {
      this.#requests--;
      this.#events++;
    }
  };

  /** Jumps whenever there is no work, as long as there is a sleeper. */
  async #watch(): Promise<void> {
    if (this.#isWatching) return;
    this.#isWatching = true;
    while (this.#sleepers.size > 0) {
      if (await this.#isIdle()) this.#jump();
    }
    this.#isWatching = false;
  }

  async #isIdle(): Promise<boolean> {
    const before = this.#events;
    const wereAtWork = areOthersAtWork();
    for (let turn = 0; turn < IDLE_TURNS; turn++) {
      await new Promise((resolve) => setTimeout(resolve, TURN_MILLIS));
      if (this.#events !== before || this.#requests > 0) return false;
    }
    return !wereAtWork && !areOthersAtWork();
  }

  #jump(): void {
    const next = Math.min(...Array.from(this.#sleepers, ({ at }) => at));
    if (next > this.#now) {
      this.#now = next;
      this.#onJump(next);
    }
    for (const sleeper of [...this.#sleepers].filter(({ at }) => at <= this.#now)) sleeper.wake();
  }
}

/** Whether another thread of this process works, or would if the machine were not busy with something else. */
function areOthersAtWork(): boolean {
  const own = basename(Deno.readLinkSync("/proc/thread-self"));
  return [...Deno.readDirSync("/proc/self/task")].some(({ name }) => name !== own && isAtWork(name));
}

/** Running, ready to run, or waiting for the disk. */
function isAtWork(thread: string): boolean {
  try {
    return /\) [RD] /.test(Deno.readTextFileSync(`/proc/self/task/${thread}/stat`));
  } catch (error) {
    if (["ENOENT", "ESRCH"].includes((error as { code?: string }).code ?? "")) return false; // it has ended
    throw error;
  }
}
