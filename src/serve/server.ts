import { log } from "../log/log.ts";
import type { Clock } from "../system/clock.ts";
import { reasonOf } from "../system/disk_error.ts";
import { errorAnswer, refused } from "./answer.ts";
import { Events } from "./events.ts";
import { refusalOf } from "./guard.ts";
import { answer } from "./routes.ts";
import type { Sources } from "./sources.ts";

/** So many answers are under way at a time; files, which a slow reader holds for long, apart from the page's own. */
const MOST = { files: 64, others: 64 };
/** The longest that an answer may take to be read. */
const PATIENCE_MILLIS = 10 * 60_000;

/** Where to listen. */
export interface Address {
  readonly hostname: string;
  readonly port: number;
}

/**
 * Serves what is stored until the signal fires. `onListen` hears where. Throws what listening throws, such as
 * `Deno.errors.AddrInUse`.
 */
export async function serve(
  address: Address,
  sources: Sources,
  clock: Clock,
  onListen: (url: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const events = new Events(sources.layout, sources.venues, clock, signal);
  const underWay = { files: 0, others: 0 };
  const handler = async (request: Request): Promise<Response> => {
    const refusal = refusalOf(request);
    if (refusal !== null) return refused(refusal);
    const { pathname } = new URL(request.url);
    if (pathname === "/api/events") return events.answer();
    const kind = pathname.startsWith("/data/") ? "files" : "others";
    if (underWay[kind] >= MOST[kind]) return errorAnswer(503, "too many at a time", { "retry-after": "1" });
    underWay[kind]++;
    try {
      return whileRead(await answer(request, sources), clock, () => underWay[kind]--);
    } catch (error) {
      underWay[kind]--;
      log.warning(`${pathname}: ${reasonOf(error)}`);
      return errorAnswer(500, "it could not be read: the log says why");
    }
  };
  const server = Deno.serve({
    ...address,
    onListen: ({ hostname, port }) =>
      onListen(`http://${hostname.includes(":") ? `[${hostname}]` : hostname}:${port}/`),
    onError: failed,
    signal,
  }, handler);
  await server.finished;
}

/** The answer, with `done` called when its body is read, its reader has gone, or the patience with it is over. */
function whileRead(answer: Response, clock: Clock, done: () => void): Response {
  if (answer.body === null) {
    done();
    return answer;
  }
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  const isRead = new AbortController();
  const slow = new AbortController();
  void clock.sleep(PATIENCE_MILLIS, isRead.signal)
    .then(() => slow.abort(new Error("it is read too slowly")), () => {}); // it was read in time
  answer.body.pipeTo(writable, { signal: slow.signal })
    .catch((error) => log.debug(`an answer was not read to its end: ${reasonOf(error)}`))
    .finally(() => {
      isRead.abort();
      done();
    });
  return new Response(readable, answer);
}

function failed(error: unknown): Response {
  log.warning(`an answer failed: ${reasonOf(error)}`);
  return errorAnswer(500, "it could not be answered");
}
