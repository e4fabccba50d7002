/** Asks a question; returns whether the answer was yes. */
export type Ask = (question: string) => Promise<boolean>;

/**
 * Returns a function that asks the user at the terminal; null when there is no terminal. Anything but `y` or `yes`
 * counts as no, including the end of the input. The function throws the signal's reason, even while it waits.
 */
export function prompt(signal: AbortSignal): Ask | null {
  if (!Deno.stdin.isTerminal() || !Deno.stderr.isTerminal()) return null;
  return async (question) => {
    signal.throwIfAborted();
    await Deno.stderr.write(new TextEncoder().encode(`${question} [y/N] `));
    return /^\s*y(es)?\s*$/i.test(await line(signal));
  };
}

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
