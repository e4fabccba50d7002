import type { Refusal } from "./guard.ts";

/** Scripts, styles and data come from here alone, and no other page may show this one or read what it gets. */
const HEADERS = {
  "content-security-policy":
    "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; object-src 'none'",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "cache-control": "no-store",
};

/** An answer with what every answer has: see `HEADERS`. */
export function answerOf(body: BodyInit | null, type: string, init: ResponseInit = {}): Response {
  return new Response(body, { ...init, headers: { ...HEADERS, "content-type": type, ...init.headers } });
}

/** What a program reads. */
export function jsonAnswer(value: unknown, init?: ResponseInit): Response {
  return answerOf(JSON.stringify(value), "application/json", init);
}

/** Why there is no other answer, in a line. */
export function errorAnswer(status: number, reason: string, headers: Record<string, string> = {}): Response {
  return answerOf(`${reason}\n`, "text/plain; charset=utf-8", { status, headers });
}

/** How a refusal is answered. */
export function refused({ status, reason }: Refusal): Response {
  return errorAnswer(status, reason, status === 405 ? { allow: "GET, HEAD" } : {});
}

/** What was asked for cannot be: the words say which part of the address is wrong. Answered with 400. */
export class BadQuestion extends Error {
  override name = "BadQuestion";
}
