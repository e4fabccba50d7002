/** Lasting failures of downloads, and the consequence of each. */
import * as fault from "../../scripts/replica/fault_kinds.ts";
import type { Fault, Place } from "../../scripts/replica/faults.ts";
import type { Replica } from "../../scripts/replica/server.ts";

const ONCE = [1, 1] as const;
const THRICE: Staying["asked"] = [3, 3];
/** Deno itself repeats a request once when a connection that it has used before is reset. */
const TWICE_THRICE: Staying["asked"] = [3, 6];
/** What a minute file may have. */
const LIMIT = 32 * 2 ** 20;

/** A lasting failure: where, what, what is said about it, how often the file is requested, and what is kept of it. */
export interface Staying {
  readonly what: string;
  readonly place: Place;
  readonly fault: Fault;
  readonly reason: RegExp;
  readonly asked: readonly [atLeast: number, atMost: number];
  readonly rejectedBytes?: number;
}

/** At the API, in storage, on the way; `elsewhere` is a server that must not be contacted. */
export function stayingFailures({ apiUrl }: Replica, elsewhere: number): Staying[] {
  const broken = (what: string, place: Place, fault: Fault, reason: RegExp, asked = THRICE): Staying => {
    return { what, place, fault, reason, asked };
  };
  const refused = (what: string, place: Place, location: string | ((right: string) => string)): Staying => {
    const reason = place === "storage" ? /^refused second redirect$/ : /^refused redirect to /;
    return { what, place, fault: fault.redirect(location), reason, asked: ONCE };
  };
  return [
    broken("502", "download", fault.status(502), /^HTTP 502, 3 times$/),
    broken("403", "download", fault.status(403), /^HTTP 403, 3 times$/),
    broken(
      "reset",
      "download",
      fault.reset(),
      /(reset|closed|error sending request).*, 3 times$/,
      TWICE_THRICE,
    ),
    broken("503 of storage", "storage", fault.status(503), /^HTTP 503 from storage, 3 times$/),
    broken("403 of storage", "storage", fault.status(403), /^HTTP 403 from storage, 3 times$/),
    broken("429 of storage", "storage", fault.status(429), /^HTTP 429 from storage, 3 times$/),
    broken("expired signature", "storage", fault.expired(), /^HTTP 400 from storage, 3 times$/),
    broken("reset of storage", "storage", fault.reset(), /(reset|closed|error sending request).*, 3 times$/),
    broken("short body", "storage", fault.short(10), /(body|ended after).*, 3 times$/),
    {
      what: "announced as longer than a file may be",
      place: "storage",
      fault: fault.announced(LIMIT + 1),
      reason: /^the body has 33554433 bytes, more than 33554432$/,
      asked: ONCE,
    },
    {
      what: "endless body",
      place: "storage",
      fault: fault.endless(),
      reason: /^the body has more than 33554432 bytes$/,
      asked: ONCE,
    },
    {
      what: "announced as shorter than it is",
      place: "storage",
      fault: fault.announced(300),
      reason: /unexpected end of file/,
      asked: ONCE,
      rejectedBytes: 300,
    },
    {
      what: "a page in place of a redirect",
      place: "download",
      fault: fault.status(200),
      reason: /incorrect header check|unexpected end of file/,
      asked: ONCE,
      rejectedBytes: "Fault".length,
    },
    refused("foreign host", "download", `http://0.0.0.0:${elsewhere}/x.gz`),
    refused("foreign host behind a user's name", "download", `http://localhost@0.0.0.0:${elsewhere}/`),
    refused("user's name and password", "download", `http://u:p@127.0.0.1:${elsewhere}/`),
    refused("storage by http, or from a replica", "download", "http://storage.googleapis.com/x.gz"),
    refused("a file of this machine", "download", "file:///etc/hostname"),
    refused(
      "host that only begins like this machine",
      "download",
      `http://127.0.0.1.example.org:${elsewhere}/`,
    ),
    {
      ...refused("no Location", "download", ""),
      fault: fault.status(302),
      reason: /^refused redirect to null$/,
    },
    refused("storage sends on", "storage", `http://127.0.0.1:${elsewhere}/x.gz`),
    refused("storage sends in a loop", "storage", (right) => right),
    {
      ...refused("the API sends in a loop", "download", (right) => `${apiUrl}/download/${nameIn(right)}`),
      asked: [2, 2],
      reason: /^refused second redirect$/,
    },
  ];
}

function nameIn(location: string): string {
  return /DETR-posttrade-[^?]*/.exec(location)![0];
}
