import type { IncomingMessage, ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { refused } from "./answer.ts";
import { refusalOf } from "./guard.ts";

/** What is asked, or the answer where something speaks against it. */
export function questionIn({ method = "", url = "", headers }: IncomingMessage): Request | Response {
  const given = new Headers(Object.entries(headers).map(([name, value]) => [name, String(value)]));
  const refusal = refusalOf({ method, headers: given });
  if (refusal !== null) return refused(refusal);
  // The whole address, which proxies are asked for, is none of ours.
  if (!url.startsWith("/")) return refused({ status: 400, reason: "only paths" });
  return new Request(`http://localhost${url}`, { method, headers: given });
}

/**
 * Sends an answer as fast as it is read. Resolves when all of it is sent; rejects when its reader goes or takes nothing
 * for `standstill` milliseconds, or `signal` fires.
 */
export async function send(
  answer: Response,
  outgoing: ServerResponse,
  standstill: number,
  signal: AbortSignal,
): Promise<void> {
  outgoing.setTimeout(standstill);
  outgoing.writeHead(answer.status, Object.fromEntries(answer.headers));
  if (answer.body === null) outgoing.end();
  else await pipeline(Readable.fromWeb(answer.body as never), outgoing, { signal });
}
