import type { Fault, FaultPlan, Place } from "./faults.ts";
import type { Reply } from "./http.ts";
import { listingHtml, listingJson, type ListingOptions } from "./listing.ts";
import type { Quota } from "./quota.ts";
import type { ListingWindow, Shelf } from "./shelf.ts";
import { errorXml, type SignedUrls } from "./signed_url.ts";

/** A request as it arrived and what it got. */
export interface RecordedRequest {
  /** Milliseconds since 1970 UTC. */
  readonly at: number;
  readonly place: Place;
  /** The file's whole name; on listings the venue, or the service where it is not the venue's `posttrade`. */
  readonly name: string;
  /** The status that was sent; 0 while there is none, and when the connection was reset before one. */
  readonly status: number;
}

/** The parts of the exchange, which the server provides. */
export interface Parts {
  readonly shelf: Shelf;
  readonly quota: Quota | null;
  readonly signedUrls: SignedUrls;
  readonly faults: FaultPlan;
  readonly listing: ListingOptions;
  readonly window: () => ListingWindow;
  readonly now: () => number;
  readonly storageOrigin: () => string;
}

type Headers = Readonly<Record<string, string | string[] | undefined>>;

/** Answers requests as the exchange does, faults included, and records them. */
export class Exchange {
  readonly requests: RecordedRequest[] = [];
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** The API's port: `/api/{SERVICE}` and `/api/download/{name}`. */
  async api(url: URL, headers: Headers): Promise<Reply> {
    const download = /^\/api\/download\/([^/]+)$/.exec(url.pathname);
    if (download) {
      return await this.#answer("download", download[1], () => this.#download(download[1]));
    }
    const [, service] = /^\/api\/([\w-]+)$/.exec(url.pathname) ?? [];
    if (service === undefined) return plain(404, "Not found");
    return await this.#answer("list", service.replace(/-posttrade$/, ""), () => this.#list(service, headers));
  }

  /** The storage's port, which redirects point to. */
  async storage(url: URL): Promise<Reply> {
    const { now, signedUrls } = this.#parts;
    const { name, error } = signedUrls.check(url, now());
    const own = this.#parts.storageOrigin() + url.pathname + url.search;
    return await this.#answer("storage", name, async () => {
      if (error) return refused(error);
      const body = await this.#bytes(name);
      return body === null ? refused(NO_SUCH_KEY) : { status: 200, headers: GZIP, body };
    }, own);
  }

  async #answer(
    place: Place,
    name: string,
    right: () => Promise<Reply> | Reply,
    location?: string,
  ): Promise<Reply> {
    const at = this.#parts.now();
    const record = { at, place, name, status: 0 };
    this.requests.push(record);
    const withinQuota = place !== "download" || (this.#parts.quota?.take(at) ?? true);
    const reply = withinQuota ? this.#faulty(place, name, await right(), location) : this.#overQuota(at);
    if (reply.delivery?.kind !== "reset") record.status = reply.status;
    return { ...reply, headers: { date: new Date(at).toUTCString(), ...reply.headers } };
  }

  #faulty(place: Place, name: string, right: Reply, location = right.headers.location ?? ""): Reply {
    const faults = this.#parts.faults.take(place, name);
    return faults.reduce((reply, fault) => befallen(reply, fault, location), right);
  }

  #overQuota(now: number): Reply {
    const { body, headers } = plain(429, "Too many requests");
    return { status: 429, body, headers: { ...headers, ...this.#parts.quota?.refusalHeaders(now) } };
  }

  #list(service: string, headers: Headers): Reply {
    const { shelf, window, listing, now } = this.#parts;
    const names = shelf.names(service, window());
    if (names.length === 0) return plain(404, "Not found");
    const json = listingJson(service, names, listing, now());
    return String(headers.accept).includes("application/json")
      ? text(200, "application/json", json)
      : text(200, "text/html; charset=utf-8", listingHtml(json));
  }

  async #download(name: string): Promise<Reply> {
    const { signedUrls, storageOrigin, now } = this.#parts;
    if (await this.#bytes(name) === null) return plain(404, "Not found");
    const location = storageOrigin() + signedUrls.sign(name, now());
    return { ...plain(301, "Moved permanently"), headers: { location, "content-type": "text/plain" } };
  }

  async #bytes(name: string): Promise<Uint8Array | null> {
    const { shelf, window } = this.#parts;
    return await shelf.bytes(name, window());
  }
}

/** Storage sends gzip as the content itself, not as an encoding that clients would undo. */
const GZIP = { "content-type": "application/gzip" };
const NO_SUCH_KEY = { status: 404, code: "NoSuchKey", message: "The specified key does not exist." };

function befallen(reply: Reply, fault: Fault, location: string): Reply {
  switch (fault.kind) {
    case "status":
      return { ...plain(fault.status, "Fault"), headers: { "content-type": "text/plain", ...fault.headers } };
    case "delivery":
      return { ...reply, delivery: fault.delivery };
    case "redirect":
      return { ...plain(301, "Moved"), headers: { location: fault.location(location) } };
    case "signature":
      return refused(fault.error);
    case "body": {
      const contentType = fault.contentType ?? reply.headers["content-type"];
      return {
        ...reply,
        headers: { ...reply.headers, "content-type": contentType },
        body: fault.change(reply.body),
      };
    }
  }
}

function refused(error: { status: number; code: string; message: string }): Reply {
  return text(error.status, "application/xml; charset=UTF-8", errorXml(error));
}

function plain(status: number, message: string): Reply {
  return text(status, "text/plain", message);
}

function text(status: number, contentType: string, content: string): Reply {
  return { status, headers: { "content-type": contentType }, body: new TextEncoder().encode(content) };
}
