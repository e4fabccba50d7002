/** Asks a question; whether the answer was yes. */
export type Ask = (question: string) => Promise<boolean>;

/**
 * Asks who sits at the terminal; null when nobody does. Anything but `y` or `yes` is no, and so is the end of the
 * input. What it returns throws the signal's reason, also while it waits.
 */
export function person(signal: AbortSignal): Ask | null {
  if (!Deno.stdin.isTerminal() || !Deno.stderr.isTerminal()) return null;
  return async (question) => {
    signal.throwIfAborted();
    await Deno.stderr.write(new TextEncoder().encode(`${question} [y/N] `));
    return /^\s*y(es)?\s*$/i.test(await line(signal));
  };
}

/** The next line of the terminal, which hands on one at a time. */
async function line(signal: AbortSignal): Promise<string> {
  const bytes = new Uint8Array(1024);
  const stopped = Promise.withResolvers<never>();
  const stop = () => stopped.reject(signal.reason);
  signal.addEventListener("abort", stop, { once: true });
  try {
    const read = await Promise.race([Deno.stdin.read(bytes), stopped.promise]);
    return new TextDecoder().decode(bytes.subarray(0, read ?? 0));
  } finally {
    signal.removeEventListener("abort", stop);
  }
}
