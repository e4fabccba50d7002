import { gunzipSync } from "node:zlib";
import type { Fault } from "./faults.ts";
import { EXPIRED } from "./signed_url.ts";
import { compressed } from "./wire.ts";

/** An error status, e.g. 503, 404, or 429 with a `retry-after` header. */
export function status(status: number, headers: Record<string, string> = {}): Fault {
  return { kind: "status", status, headers };
}

/** The connection is reset before an answer. */
export function reset(): Fault {
  return { kind: "delivery", delivery: { kind: "reset" } };
}

/** The request is taken, and never answered. */
export function silence(): Fault {
  return { kind: "delivery", delivery: { kind: "silence" } };
}

/** The answer stops after this many bytes of its body and never ends. */
export function stall(afterBytes = 0): Fault {
  return { kind: "delivery", delivery: { kind: "stall", afterBytes } };
}

/** The body comes in small pieces. */
export function drip(bytes: number, everyMillis: number): Fault {
  return { kind: "delivery", delivery: { kind: "drip", bytes, everyMillis } };
}

/** The body comes when this resolves; the headers come before. */
export function held(until: Promise<unknown>): Fault {
  return { kind: "delivery", delivery: { kind: "held", until } };
}

/** The connection ends this many bytes before the announced length. */
export function short(missing = 10): Fault {
  return { kind: "delivery", delivery: { kind: "short", missing } };
}

/** This many bytes are announced, and all are sent. */
export function announced(bytes: number): Fault {
  return { kind: "delivery", delivery: { kind: "announced", bytes } };
}

/** The body comes again and again, without an end or an announced length. */
export function endless(): Fault {
  return { kind: "delivery", delivery: { kind: "endless" } };
}

/** Storage says that the signature has expired, however fresh it is. */
export function expired(): Fault {
  return { kind: "signature", error: EXPIRED };
}

/** A redirect to elsewhere: `https://example.com/x.gz`; a function gets the right location. */
export function redirect(to: string | ((right: string) => string)): Fault {
  return { kind: "redirect", location: typeof to === "string" ? () => to : to };
}

/** Storage redirects to itself: a second hop, where the file would be (with `times: 1`). */
export function secondHop(): Fault {
  return redirect((right) => right);
}

/** A body made from the right one. */
export function body(change: (right: Uint8Array) => Uint8Array, contentType?: string): Fault {
  return { kind: "body", change, contentType };
}

/** A web page in place of the body; also a listing that is not JSON. */
export function html(): Fault {
  return body(
    () => bytes("<!DOCTYPE html><html><body>Service temporarily unavailable</body></html>"),
    "text/html",
  );
}

/** A body of zero bytes, which is not a gzip stream. */
export function nothing(): Fault {
  return body(() => new Uint8Array());
}

/** A gzip stream that is whole in HTTP but ends before its trailer. */
export function cutStream(missing = 12): Fault {
  return body((gz) => gz.slice(0, Math.max(1, gz.length - missing)));
}

/** A gzip stream whose checksum does not agree with its content. */
export function badCrc(): Fault {
  return body((gz) => gz.with(gz.length - 8, gz[gz.length - 8] ^ 0xff));
}

/** A gzip stream of two members with the same content in all. */
export function twoMembers(): Fault {
  return body((gz) => {
    const text = gunzipSync(gz);
    const half = text.length >> 1;
    return joined(compressed(text.subarray(0, half)), compressed(text.subarray(half)));
  });
}

/** A gzip stream followed by zeros, as from a block device. */
export function zeroPadded(zeros = 512): Fault {
  return body((gz) => joined(gz, new Uint8Array(zeros)));
}

/** Lines that are not trades, put among the others, which all stay; by default a cut line and a word. */
export function badLines(
  lines: readonly string[] = ['{"messageId":"posttrade","isin":"DE00', "null"],
): Fault {
  return text((ndjson) => {
    const end = ndjson.indexOf("\n") + 1;
    return `${ndjson.slice(0, end)}${lines.join("\n")}\n${ndjson.slice(end)}`;
  });
}

/** Every key is unknown, as on the day of a rename. */
export function unknownEra(): Fault {
  return text((ndjson) => ndjson.replace(/"(\w+)":/g, '"renamed_$1":'));
}

/** One key is renamed, the others stay. */
export function renamedKey(key: string): Fault {
  return text((ndjson) => ndjson.replaceAll(`"${key}":`, `"${key}Renamed":`));
}

/** One key, whose values are text, is missing. */
export function withoutKey(key: string): Fault {
  return text((ndjson) => ndjson.replaceAll(new RegExp(`"${key}":"[^"]*",|,"${key}":"[^"]*"`, "g"), ""));
}

/** Names put at the head of a listing: garbage, or files that do not exist. */
export function listedToo(names: readonly unknown[]): Fault {
  return body((json) => {
    const listing = JSON.parse(new TextDecoder().decode(json));
    return bytes(JSON.stringify({ ...listing, CurrentFiles: [...names, ...listing.CurrentFiles] }));
  });
}

/** A listing of more than this many bytes, by blanks at its end: still valid JSON. */
export function oversized(size: number): Fault {
  return body((json) => joined(json, new Uint8Array(size).fill(32)));
}

function text(change: (ndjson: string) => string): Fault {
  return body((gz) => compressed(bytes(change(new TextDecoder().decode(gunzipSync(gz))))));
}

function bytes(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}

function joined(...parts: Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
