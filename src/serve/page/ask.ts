import { useEffect, useState } from "preact/hooks";

/** An answer that is awaited, has come, or is not to be had. */
export interface Asked<T> {
  readonly answer: T | null;
  readonly failure: string | null;
}

/** The address of a question to the program. */
export function questionOf(name: string, parameters: Readonly<Record<string, string | undefined>>): string {
  const given = Object.entries(parameters).filter((pair): pair is [string, string] => !!pair[1]);
  return `/api/${name}?${new URLSearchParams(given)}`;
}

/** Asks the program, and again whenever the address or `turn` changes; null asks nothing. The answer before stays meanwhile. */
export function useAnswer<T>(address: string | null, turn = 0): Asked<T> {
  const [asked, setAsked] = useState<Asked<T>>({ answer: null, failure: null });
  useEffect(() => {
    if (address === null) return;
    const gone = new AbortController();
    fetch(address, { signal: gone.signal }).then(async (response) => {
      if (response.ok) setAsked({ answer: await response.json(), failure: null });
      else setAsked({ answer: null, failure: (await response.text()).trim() });
    }).catch((error) => {
      if (!gone.signal.aborted) setAsked({ answer: null, failure: `No answer: ${error.message}` });
    });
    return () => gone.abort();
  }, [address, turn]);
  return asked;
}

/** What the page hears of the program. */
export interface Heard {
  /** How many cycles have ended while the page was open; what it may have missed while it could not hear counts as one. */
  readonly cycles: number;
  /** False when the program is gone, or the way to it: what is shown grows old. */
  readonly isConnected: boolean;
}

/** Listens to the program's events. */
export function useEvents(): Heard {
  const [heard, setHeard] = useState<Heard>({ cycles: 0, isConnected: true });
  useEffect(() => {
    const events = new EventSource("/api/events");
    for (const name of ["open", "cycle"]) {
      events.addEventListener(
        name,
        () => setHeard(({ cycles }) => ({ cycles: cycles + 1, isConnected: true })),
      );
    }
    events.addEventListener("error", () => setHeard(({ cycles }) => ({ cycles, isConnected: false })));
    return () => events.close();
  }, []);
  return heard;
}
