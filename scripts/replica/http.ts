import { Buffer } from "node:buffer";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Delivery } from "./faults.ts";

/** With many small pieces a long body would take too much time. */
const ENDLESS_PIECE_BYTES = 256 * 1024;

/** An answer; a `delivery` says how it goes wrong on the way. */
export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  readonly delivery?: Delivery;
}

export interface LoopbackServer extends AsyncDisposable {
  readonly origin: string;
}

/**
 * Serves GET on 127.0.0.1; port 0 means a free one. Uses node:http and not Deno.serve, which can neither reset a
 * connection nor send less than it announced.
 */
export async function serveLoopback(
  port: number,
  answer: (url: URL, headers: IncomingMessage["headers"]) => Promise<Reply>,
): Promise<LoopbackServer> {
  const closing = new AbortController();
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? "/", "http://127.0.0.1");
    answer(url, request.headers).then((reply) => deliver(reply, response, closing.signal));
  });
  await listen(server, port);
  return {
    origin: `http://127.0.0.1:${portOf(server)}`,
    [Symbol.asyncDispose]: () => {
      closing.abort();
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

function deliver(reply: Reply, response: ServerResponse, closing: AbortSignal): void {
  const { status, headers, body, delivery } = reply;
  if (delivery?.kind === "reset") {
    response.socket?.resetAndDestroy();
    return;
  }
  if (delivery?.kind === "silence") return;
  response.writeHead(status, { ...headers, ...announcement(body, delivery) });
  switch (delivery?.kind) {
    case undefined:
    case "announced":
      response.end(body);
      break;
    case "stall":
      response.write(body.subarray(0, delivery.afterBytes));
      break;
    case "short":
      response.write(body.subarray(0, Math.max(0, body.length - delivery.missing)), () => response.destroy());
      break;
    case "drip":
      dripped(body, delivery, response, closing);
      break;
    case "held":
      response.flushHeaders();
      delivery.until.then(() => response.end(body));
      break;
    case "endless":
      endless(body, response);
  }
}

function announcement(body: Uint8Array, delivery?: Delivery): Record<string, string> {
  if (delivery?.kind === "endless") return {};
  return { "content-length": String(delivery?.kind === "announced" ? delivery.bytes : body.length) };
}

function endless(body: Uint8Array, response: ServerResponse): void {
  const much = new Uint8Array(
    Buffer.concat(Array(1 + Math.floor(ENDLESS_PIECE_BYTES / body.length)).fill(body)),
  );
  const goOn = () => {
    while (!response.destroyed && response.write(much));
  };
  response.on("drain", goOn);
  response.on("close", () => response.off("drain", goOn));
  goOn();
}

function dripped(
  body: Uint8Array,
  { bytes, everyMillis }: Delivery & { kind: "drip" },
  response: ServerResponse,
  closing: AbortSignal,
): void {
  let sent = 0;
  const timer = setInterval(() => {
    response.write(body.subarray(sent, sent + bytes));
    sent += bytes;
    if (sent < body.length) return;
    clearInterval(timer);
    response.end();
  }, everyMillis);
  response.on("close", () => clearInterval(timer));
  closing.addEventListener("abort", () => clearInterval(timer));
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => resolve());
  });
}

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the server has no port");
  return address.port;
}
