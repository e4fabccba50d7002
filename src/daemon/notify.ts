import { log } from "../log/log.ts";
import type { Clock } from "../system/clock.ts";

/** Tells a service manager how the daemon is. Nothing here throws. */
export interface Notify {
  /** How often `progress` must be called at least, in milliseconds; null without a watchdog. */
  readonly watchdogMillis: number | null;
  /** The daemon is able to work. */
  ready(): void;
  /** One line about what it does. */
  status(text: string): void;
  /** The daemon got on with its work, which keeps the watchdog quiet. May be called at any rate. */
  progress(): void;
  /** The daemon is about to end: the last message. Resolves when it is, or after 0.2 s. */
  stopping(): Promise<void>;
}

/** The variables of sd_notify(3) and sd_watchdog_enabled(3). */
export interface NotifyEnvironment {
  readonly NOTIFY_SOCKET?: string;
  readonly WATCHDOG_USEC?: string;
}

/** A datagram socket without a name of its own, which can only send. */
interface SendOnlySocket {
  send(bytes: Uint8Array, to: { transport: "unixpacket"; path: string }): Promise<number>;
  close(): void;
}

/** Deno's own, as far as it is used; not there unless Deno runs with `--unstable-net`. */
interface UnstableNet {
  readonly listenDatagram?: (options: { transport: "unixpacket" }) => SendOnlySocket;
}

const STOPPING_PATIENCE_MILLIS = 200;

/** For when there is no service manager. */
export const SILENT: Notify = {
  watchdogMillis: null,
  ready() {},
  status() {},
  progress() {},
  stopping: () => Promise.resolve(),
};

/** Opens systemd's notification socket; `SILENT` when it named none, or, with a warning, when it cannot be used. */
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
  /** As the service manager names its socket. */
  readonly #name: string;
  readonly #path: string;
  readonly #clock: Clock;
  #progressTold = -Infinity;
  #failed = false;
  #sent: Promise<void> = Promise.resolve();

  constructor(socket: SendOnlySocket, name: string, watchdogMicros: string | undefined, clock: Clock) {
    this.#socket = socket;
    this.#name = name;
    this.#path = name.replace(/^@/, "\0"); // Linux's abstract names begin with a zero byte
    this.#clock = clock;
    // Half of the time after which systemd gives the daemon up, as sd_watchdog_enabled(3) recommends.
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
    if (this.watchdogMillis === null || now - this.#progressTold < this.watchdogMillis / 2) return;
    this.#progressTold = now;
    void this.#send("WATCHDOG=1");
  }

  async stopping(): Promise<void> {
    const told = new AbortController();
    const sent = this.#send("STOPPING=1").finally(() => told.abort());
    const patience = this.#clock.sleep(STOPPING_PATIENCE_MILLIS, told.signal);
    await Promise.race([sent, patience.catch(() => {})]); // the sleep ends as soon as it is sent
    this.#socket.close();
  }

  /** One after the other: Deno refuses to send while it is still sending. */
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

/** The warning, given once; the shipped permissions allow only the socket of the system's own systemd. */
function warningOf(error: unknown, state: string, socket: string): string {
  if (!(error instanceof Deno.errors.NotCapable)) return `Cannot tell systemd ${state}: ${error}`;
  return `The service manager at ${socket} gets no word from the daemon: the program has no permission for this ` +
    "socket. It works anyway; let its unit say Type=exec, and no WatchdogSec";
}
