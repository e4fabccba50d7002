import type { SignatureError } from "./signed_url.ts";

/** The three kinds of request: a venue's listing, a download (answered by a redirect), the stored file. */
export type Place = "list" | "download" | "storage";

/** How an answer is delivered when it goes wrong on the way. */
export type Delivery =
  | { readonly kind: "reset" }
  | { readonly kind: "silence" }
  | { readonly kind: "stall"; readonly afterBytes: number }
  | { readonly kind: "drip"; readonly bytes: number; readonly everyMillis: number }
  | { readonly kind: "held"; readonly until: Promise<unknown> }
  | { readonly kind: "short"; readonly missing: number }
  | { readonly kind: "announced"; readonly bytes: number }
  | { readonly kind: "endless" };

/** What a request gets in place of, or on top of, its right answer. */
export type Fault =
  | { readonly kind: "status"; readonly status: number; readonly headers: Record<string, string> }
  | { readonly kind: "delivery"; readonly delivery: Delivery }
  | {
    readonly kind: "body";
    readonly change: (body: Uint8Array) => Uint8Array;
    readonly contentType?: string;
  }
  | { readonly kind: "redirect"; readonly location: (right: string) => string }
  | { readonly kind: "signature"; readonly error: SignatureError };

/** Which requests a fault affects; by default all of them, always. */
export interface FaultRange {
  /** The file's name, on listings the venue; or a predicate on it. */
  readonly name?: string | ((name: string) => boolean);
  readonly times?: number;
  /** How many requests get their right answer first; default none. */
  readonly after?: number;
}

interface Planned {
  readonly place: Place;
  readonly fault: Fault;
  readonly name: FaultRange["name"];
  left: number;
  spared: number;
}

/** The faults that are still to come. */
export class FaultPlan {
  #planned: Planned[] = [];

  add(place: Place, fault: Fault, { name, times = Infinity, after = 0 }: FaultRange): void {
    this.#planned.push({ place, fault, name, left: times, spared: after });
  }

  clear(): void {
    this.#planned = [];
  }

  /** The faults that affect this request, in the order in which they were added; each is used once. */
  take(place: Place, name: string): Fault[] {
    const meant = this.#planned.filter((planned) =>
      planned.place === place && planned.left > 0 && isMeant(planned.name, name)
    );
    const hit = meant.filter((planned) => planned.spared-- <= 0);
    for (const planned of hit) planned.left--;
    return hit.map(({ fault }) => fault);
  }
}

function isMeant(meant: FaultRange["name"], name: string): boolean {
  if (meant === undefined) return true;
  return typeof meant === "string" ? meant === name : meant(name);
}
