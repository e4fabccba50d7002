/** The daemon was asked to end; used as the reason of its AbortSignal. */
export class Stopped extends Error {
  override name = "Stopped";

  constructor(readonly signal: "SIGINT" | "SIGTERM") {
    super(`ended by ${signal}`);
  }
}

/** The requests that a running daemon has received from outside. */
export class Requests {
  readonly #stop = new AbortController();
  #wake = new AbortController();
  #nudged = false;

  /** Fires once, with `Stopped`. */
  get stop(): AbortSignal {
    return this.#stop.signal;
  }

  /** Fires when there is a new request; replaced by a new signal after each `takeNudge`. */
  get wake(): AbortSignal {
    return this.#wake.signal;
  }

  /** Asks the daemon to end; the first reason counts. */
  askToStop(signal: "SIGINT" | "SIGTERM"): void {
    this.#stop.abort(new Stopped(signal));
    this.#wake.abort();
  }

  /** Requests a cycle now; during a cycle, one right after it. */
  nudge(): void {
    this.#nudged = true;
    this.#wake.abort();
  }

  /** Whether a cycle was requested since the last call. */
  takeNudge(): boolean {
    const nudged = this.#nudged;
    this.#nudged = false;
    if (nudged && !this.stop.aborted) this.#wake = new AbortController();
    return nudged;
  }
}

/** systemd and `deno task` deliver signals twice; a signal this soon after the first one is the same. */
export const ECHO_MILLIS = 1_000;

export interface SignalActions {
  readonly requests: Requests;
  /** SIGHUP: an outside logrotate has moved the log file. */
  readonly reopenLog: () => void;
  /** Ends the process at once with this exit code: `Deno.exit`. */
  readonly endNow: (exitCode: number) => void;
  /** Returns milliseconds of a clock that never goes back. */
  readonly monotonic: () => number;
}

/**
 * Listens to the signals of a daemon. SIGTERM and SIGINT ask it to stop; a second SIGINT more than a second after the
 * first ends the process at once with 130. SIGHUP reopens the log. SIGUSR2 requests a cycle (Deno reserves SIGUSR1). It
 * listens until the process has ended: after its last line a signal must not change its exit code.
 */
export function listenForSignals({ requests, reopenLog, endNow, monotonic }: SignalActions): void {
  const interrupted = sinceFirst(monotonic);
  const listeners: Partial<Record<Deno.Signal, () => void>> = {
    SIGTERM: () => requests.askToStop("SIGTERM"),
    SIGINT: () => {
      if (interrupted() > ECHO_MILLIS) endNow(130);
      requests.askToStop("SIGINT");
    },
    SIGHUP: reopenLog,
    SIGUSR2: withoutEcho(() => requests.nudge(), monotonic),
  };
  const bound = Object.entries(listeners) as [Deno.Signal, () => void][];
  for (const [signal, listener] of bound) Deno.addSignalListener(signal, listener);
}

/** A function that returns the milliseconds since its first call. */
export function sinceFirst(monotonic: () => number): () => number {
  let first: number | null = null;
  return () => monotonic() - (first ??= monotonic());
}

function withoutEcho(act: () => void, monotonic: () => number): () => void {
  let last = -Infinity;
  return () => {
    if (monotonic() - last < ECHO_MILLIS) return;
    last = monotonic();
    act();
  };
}
