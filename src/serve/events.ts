import type { Venue } from "../feed/venue.ts";
import type { Layout } from "../store/layout.ts";
import type { Clock } from "../system/clock.ts";
import { log } from "../log/log.ts";
import { reasonOf } from "../system/disk_error.ts";
import { ifThere } from "../system/atomic.ts";
import { answerOf, errorAnswer } from "./answer.ts";

/** How often the files that a cycle leaves are looked at, while somebody listens. */
const LOOK_MILLIS = 1_000;
/** An empty line: it reveals listeners that are gone, and keeps proxies from closing the connection. */
const SILENCE_MILLIS = 15_000;
const MOST_LISTENERS = 32;

/** Notifies pages when a cycle has ended, by server-sent events. Watches files only while a page is connected. */
export class Events {
  readonly #listeners = new Set<ReadableStreamDefaultController<string>>();
  #isWatching = false;

  /** When `signal` fires, all streams end. */
  constructor(
    readonly layout: Layout,
    readonly venues: () => readonly Venue[],
    readonly clock: Clock,
    readonly signal: AbortSignal,
  ) {}

  /** A stream of events until its reader goes. */
  answer(): Response {
    if (this.#listeners.size >= MOST_LISTENERS) {
      return errorAnswer(503, "too many pages listen", { "retry-after": "60" });
    }
    let own: ReadableStreamDefaultController<string>;
    const stream = new ReadableStream<string>({
      start: (controller) => {
        own = controller;
        this.#listeners.add(own);
        controller.enqueue("retry: 2000\n\n");
        void this.#watch();
      },
      cancel: () => void this.#listeners.delete(own),
    });
    return answerOf(stream.pipeThrough(new TextEncoderStream()), "text/event-stream");
  }

  /** Watches until no page is connected any more, or the signal fires. A failure is logged and ends all streams. */
  async #watch(): Promise<void> {
    if (this.#isWatching) return;
    this.#isWatching = true;
    try {
      await this.#look();
    } catch (error) {
      log.warning(`Pages are not told of cycles: ${reasonOf(error)}`);
    }
    this.#isWatching = false;
    for (const listener of this.#listeners) listener.close();
    this.#listeners.clear();
  }

  async #look(): Promise<void> {
    let seen = this.#stamps();
    let spoke = this.clock.monotonic();
    while (this.#listeners.size > 0 && await this.#pause()) {
      const stamps = this.#stamps();
      const isNew = stamps !== seen;
      if (!isNew && this.clock.monotonic() - spoke < SILENCE_MILLIS) continue;
      seen = stamps;
      spoke = this.clock.monotonic();
      this.#tell(isNew ? "event: cycle\ndata: {}\n\n" : ":\n\n");
    }
  }

  /** Whether it goes on afterwards. */
  async #pause(): Promise<boolean> {
    await this.clock.sleep(LOOK_MILLIS, this.signal).catch(() => {}); // the signal is asked below
    return !this.signal.aborted;
  }

  /** Readers that have not read what came before are not waited for. */
  #tell(text: string): void {
    for (const listener of this.#listeners) if (listener.desiredSize! > 0) listener.enqueue(text);
  }

  /** The files that cycles replace when they end. */
  #stamps(): string {
    const times = this.venues().map((venue) =>
      ifThere(() => Deno.statSync(this.layout.status(venue)).mtime?.getTime())
    );
    return times.join();
  }
}
