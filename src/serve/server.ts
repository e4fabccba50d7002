import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { log } from "../log/log.ts";
import type { Clock } from "../system/clock.ts";
import { reasonOf } from "../system/disk_error.ts";
import { errorAnswer } from "./answer.ts";
import { Events } from "./events.ts";
import { questionIn, send } from "./exchange.ts";
import { answer } from "./routes.ts";
import type { Sources } from "./sources.ts";

/** So many answers are under way at a time; files, which a slow reader holds for long, apart from the page's own. */
const MOST = { files: 64, others: 64 };
/** The longest that an answer may take to be read. */
const PATIENCE_MILLIS = 10 * 60_000;
/** More than there are answers and listeners, and what browsers keep open between two questions. */
const MOST_CONNECTIONS = 256;
/** Of a question, without its path: browsers send less than one. */
const MOST_HEADER_BYTES = 16_384;

/** Milliseconds after which a connection is closed. */
export interface Patience {
  /** Until a question has come, from the connection or the first byte of the question. */
  readonly question: number;
  /** Between an answer and the next question. */
  readonly idle: number;
  /** While nothing of an answer is taken. */
  readonly standstill: number;
}
const PATIENCE: Patience = { question: 10_000, idle: 5_000, standstill: 60_000 };

/** Where to listen. */
export interface Address {
  readonly hostname: string;
  readonly port: number;
}

/**
 * Serves what is stored until the signal fires. `onListen` hears where. Throws what listening throws, with a `code` such
 * as `EADDRINUSE`. By node's server: Deno's own has neither a limit of connections nor one of time.
 */
export async function serve(
  { hostname, port }: Address,
  sources: Sources,
  clock: Clock,
  onListen: (url: string) => void,
  signal: AbortSignal,
  { question, idle, standstill }: Patience = PATIENCE,
): Promise<void> {
  const server = createServer({
    headersTimeout: question,
    requestTimeout: question,
    connectionsCheckingInterval: question / 5,
    keepAliveTimeout: idle,
    maxHeaderSize: MOST_HEADER_BYTES,
  }, new Answers(sources, clock, standstill, signal).answer);
  server.maxConnections = MOST_CONNECTIONS;
  server.listen(port, hostname);
  await once(server, "listening");
  onListen(urlOf(server.address() as AddressInfo));
  const closed = once(server, "close");
  const close = () => {
    server.close();
    server.closeAllConnections();
  };
  signal.addEventListener("abort", close, { once: true });
  if (signal.aborted) close();
  await closed;
}

function urlOf({ address, port }: AddressInfo): string {
  return `http://${address.includes(":") ? `[${address}]` : address}:${port}/`;
}

/** Answers requests, so many at a time. */
class Answers {
  readonly #events: Events;
  readonly #underWay = { files: 0, others: 0 };
  readonly #gone = new WeakMap<Socket, AbortSignal>();

  constructor(
    readonly sources: Sources,
    readonly clock: Clock,
    readonly standstill: number,
    signal: AbortSignal,
  ) {
    this.#events = new Events(sources.layout, sources.venues, clock, signal);
  }

  readonly answer = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    try {
      await this.#answer(incoming, outgoing);
    } catch (error) {
      log.debug(`an answer was not read to its end: ${reasonOf(error)}`);
      outgoing.destroy();
    }
  };

  async #answer(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const gone = this.#goneOf(incoming.socket);
    const question = questionIn(incoming);
    if (question instanceof Response) return await send(question, outgoing, this.standstill, gone);
    const { pathname } = new URL(question.url);
    if (pathname === "/api/events") return await send(this.#events.answer(), outgoing, this.standstill, gone);
    const kind = pathname.startsWith("/data/") ? "files" : "others";
    if (this.#underWay[kind] >= MOST[kind]) {
      return await send(
        errorAnswer(503, "too many at a time", { "retry-after": "1" }),
        outgoing,
        this.standstill,
        gone,
      );
    }
    this.#underWay[kind]++;
    try {
      await this.#sendInTime(await this.#found(question, pathname), outgoing, gone);
    } finally {
      this.#underWay[kind]--;
    }
  }

  /** Fires when a connection is closed. An answer that waits for earlier ones of its connection hears of it only so. */
  #goneOf(connection: Socket): AbortSignal {
    const known = this.#gone.get(connection);
    if (known !== undefined) return known;
    const gone = new AbortController();
    connection.once("close", () => gone.abort(new Error("its reader is gone")));
    this.#gone.set(connection, gone.signal);
    return gone.signal;
  }

  async #found(question: Request, pathname: string): Promise<Response> {
    try {
      return await answer(question, this.sources);
    } catch (error) {
      log.warning(`${pathname}: ${reasonOf(error)}`);
      return errorAnswer(500, "it could not be read: the log says why");
    }
  }

  async #sendInTime(answer: Response, outgoing: ServerResponse, gone: AbortSignal): Promise<void> {
    const [sent, slow] = [new AbortController(), new AbortController()];
    void this.clock.sleep(PATIENCE_MILLIS, sent.signal)
      .then(() => slow.abort(new Error("it is read too slowly")), () => {}); // it was read in time
    try {
      await send(answer, outgoing, this.standstill, AbortSignal.any([slow.signal, gone]));
    } finally {
      sent.abort();
    }
  }
}
