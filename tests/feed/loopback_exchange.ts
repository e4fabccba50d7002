import { apiBase } from "../../src/feed/http/api.ts";
import { Exchange } from "../../src/feed/http/client.ts";
import { Quota, type QuotaLimit } from "../../src/feed/quota.ts";
import { awaited } from "../e2e/evidence.ts";
import { FakeClock } from "./fake_clock.ts";
import { AMPLE, MemoryStore } from "./memory_quota.ts";

/** Pauses between tries of a download end at once; deadlines, which are longer, stay. */
const LONGEST_BACKOFF_MILLIS = 5000;

/** The answer to a request. */
export type Answer = (request: Request) => Response | Promise<Response>;

/** A server on this machine that gives prepared answers, and a client of it. */
export interface Loopback extends AsyncDisposable {
  readonly origin: string;
  readonly exchange: Exchange;
  readonly clock: FakeClock;
  readonly store: MemoryStore;
  /** The paths that were asked for, in order. */
  readonly asked: string[];
  /** The reasons that `onRetry` got, in order. */
  readonly retries: string[];
}

/** Answers to requests of the API and of storage: each list in order, then its last answer again and again. */
export function loopback(
  answers: { api?: Answer[]; storage?: Answer[] },
  limit: QuotaLimit = AMPLE,
  clock = new FakeClock(LONGEST_BACKOFF_MILLIS),
): Loopback {
  const asked: string[] = [];
  const next = { api: 0, storage: 0 };
  const closing = new AbortController();
  const options = { port: 0, hostname: "127.0.0.1", signal: closing.signal, onListen() {} };
  const server = Deno.serve(options, (request) => {
    const { pathname } = new URL(request.url);
    asked.push(pathname);
    const place = pathname.startsWith("/api/") ? "api" : "storage";
    const list = answers[place] ?? [place === "api" ? toStorage() : ok("")];
    return list[Math.min(next[place]++, list.length - 1)](request);
  });
  const origin = `http://127.0.0.1:${server.addr.port}`;
  const dispose = () => {
    closing.abort(); // not shutdown(), which waits for answers that never come
    return server.finished;
  };
  return { ...client(origin, { limit, clock }), asked, [Symbol.asyncDispose]: dispose };
}

/** A server that writes raw bytes and hangs up: for answers that HTTP servers refuse to give. */
export function rawLoopback(answers: readonly string[]): Loopback {
  const listener = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  const asked: string[] = [];
  const served = (async () => {
    for await (const connection of listener) {
      using open = connection;
      const request = await open.read(new Uint8Array(10_000));
      await open.write(new TextEncoder().encode(answers[Math.min(asked.length, answers.length - 1)]));
      asked.push(`${request} bytes`);
    }
  })();
  const origin = `http://127.0.0.1:${listener.addr.port}`;
  const dispose = async () => {
    listener.close();
    await served;
  };
  return { ...client(origin), asked, [Symbol.asyncDispose]: dispose };
}

/** A client of any address; `get` is its fetch. */
export function client(origin: string, {
  limit = AMPLE,
  clock = new FakeClock(LONGEST_BACKOFF_MILLIS),
  get = (url: URL, init: RequestInit) => fetch(url, init),
} = {}) {
  const store = new MemoryStore();
  const retries: string[] = [];
  const exchange = new Exchange({
    base: apiBase(`${origin}/api`),
    fetch: get,
    clock,
    quota: new Quota(store, clock, limit),
    random: () => 0,
    onRetry: (what, reason) => retries.push(`${what}: ${reason}`),
  });
  return { origin, exchange, clock, store, retries };
}

export function ok(body: BodyInit, headers: HeadersInit = {}): Answer {
  return () => new Response(body, { headers });
}

export function status(status: number, body: string | null = null, headers: HeadersInit = {}): Answer {
  return () => new Response(body, { status, headers });
}

/** The redirect to the same file in storage. */
export function toStorage(status = 301): Answer {
  return (request) => {
    const location = new URL(request.url).pathname.replace("/api/download", "/storage");
    return new Response("Moved", { status, headers: { location } });
  };
}

/** Bytes, then nothing forever; `onClosed` is called when the other side has closed. */
export function hanging(bytes: Uint8Array<ArrayBuffer>, onClosed: () => void = () => {}): Answer {
  return () =>
    new Response(
      new ReadableStream<Uint8Array<ArrayBuffer>>({
        start: (controller) => controller.enqueue(bytes),
        cancel: onClosed,
      }),
    );
}

/** All bytes of a body. */
export async function bytesOf(body: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  for await (const piece of body) pieces.push(new Uint8Array(piece));
  return await new Blob(pieces).bytes();
}

/** Resolves when a condition holds for which there is no promise; fails when it never does. */
export async function until(happened: () => boolean): Promise<void> {
  await awaited("it", happened);
}
