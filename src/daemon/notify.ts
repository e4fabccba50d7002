import { log } from "../log/log.ts";
import type { Clock } from "../system/clock.ts";

/** Reports the daemon's state to a service manager. Nothing here throws. */
export interface Notify {
  /** The maximum time between two calls of `progress`, in milliseconds; null without a watchdog. */
  readonly watchdogMillis: number | null;
  /** The daemon is able to work. */
  ready(): void;
  /** One line about what the daemon is doing. */
  status(text: string): void;
  /** The daemon has made progress, which satisfies the watchdog. May be called at any rate. */
  progress(): void;
  /** The daemon is about to end; this is the last message. Resolves when it is sent, or after 0.2 s. */
  stopping(): Promise<void>;
}

/** The variables of sd_notify(3) and sd_watchdog_enabled(3). */
export interface NotifyEnvironment {
  readonly NOTIFY_SOCKET?: string;
  readonly WATCHDOG_USEC?: string;
}

/** An unnamed datagram socket that can only send. */
interface SendOnlySocket {
  send(bytes: Uint8Array, to: { transport: "unixpacket"; path: string }): Promise<number>;
  close(): void;
}

/** The part of Deno's unstable API that is used; missing unless Deno runs with `--unstable-net`. */
interface UnstableNet {
  readonly listenDatagram?: (options: { transport: "unixpacket" }) => SendOnlySocket;
}

const STOPPING_PATIENCE_MILLIS = 200;

/** Used when there is no service manager. */
export const SILENT: Notify = {
  watchdogMillis: null,
  ready() {},
  status() {},
  progress() {},
  stopping: () => Promise.resolve(),
};

/** Opens systemd's notification socket; returns `SILENT` if there is none or, with a warning, if it cannot be used. */
export function openNotify({ NOTIFY_SOCKET, WATCHDOG_USEC }: NotifyEnvironment, clock: Clock): Notify {
  if (!NOTIFY_SOCKET) return SILENT;
  const { listenDatagram } = Deno as UnstableNet;
  if (listenDatagram === undefined) {
    log.warning("Cannot tell systemd that the daemon is ready: Deno needs --unstable-net for it");
    return SILENT;
  }
  return new Systemd(listenDatagram({ transport: "unixpacket" }), NOTIFY_SOCKET, WATCHDOG_USEC, clock);
}

class Systemd implements Notify {
  readonly watchdogMillis: number | null;
  readonly #socket: SendOnlySocket;
  /** The name by which the service manager passed its socket. */
  readonly #name: string;
  readonly #path: string;
  readonly #clock: Clock;
  #progressSent = -Infinity;
  #failed = false;
  #sent: Promise<void> = Promise.resolve();

  constructor(socket: SendOnlySocket, name: string, watchdogMicros: string | undefined, clock: Clock) {
    this.#socket = socket;
    this.#name = name;
    this.#path = name.replace(/^@/, "\0"); // abstract names on Linux begin with a zero byte
    this.#clock = clock;
    // Half of the watchdog's timeout, as sd_watchdog_enabled(3) recommends.
    this.watchdogMillis = Number(watchdogMicros) > 0 ? Math.floor(Number(watchdogMicros) / 2_000) : null;
  }

  ready(): void {
    void this.#send("READY=1");
  }

  status(text: string): void {
    void this.#send(`STATUS=${text.replaceAll("\n", " ")}`);
  }

  progress(): void {
    const now = this.#clock.monotonic();
    if (this.watchdogMillis === null || now - this.#progressSent < this.watchdogMillis / 2) return;
    this.#progressSent = now;
    void this.#send("WATCHDOG=1");
  }

  async stopping(): Promise<void> {
    const over = new AbortController();
    const sent = this.#send("STOPPING=1").finally(() => over.abort());
    const patience = this.#clock.sleep(STOPPING_PATIENCE_MILLIS, over.signal);
    await Promise.race([sent, patience.catch(() => {})]); // the sleep ends as soon as the message is sent
    this.#socket.close();
  }

  /** Sends one message after the other: Deno refuses to send while another message is being sent. */
  #send(state: string): Promise<void> {
    return this.#sent = this.#sent.then(() => this.#sendNow(state));
  }

  async #sendNow(state: string): Promise<void> {
    try {
      await this.#socket.send(new TextEncoder().encode(state), { transport: "unixpacket", path: this.#path });
    } catch (error) {
      if (!this.#failed) log.warning(warningOf(error, state, this.#name));
      this.#failed = true;
    }
  }
}

/** The warning, given only once; the shipped permissions allow only the socket of the system's own systemd. */
function warningOf(error: unknown, state: string, socket: string): string {
  if (!(error instanceof Deno.errors.NotCapable)) return `Cannot tell systemd ${state}: ${error}`;
  return `The service manager at ${socket} gets no word from the daemon: the program has no permission for this ` +
    "socket. It works anyway; let its unit say Type=exec, and no WatchdogSec";
}
