/** An exchange with a few files and any listing and names: for names that the replica never lists. */
import { gzipSync } from "node:zlib";

/** What is listed and served; a test may change it between two runs. */
export interface SmallExchange extends AsyncDisposable {
  readonly apiUrl: string;
  /** The names in the listing, newest first. */
  listed: readonly string[];
  /** The lines of each file that can be downloaded; another one is 404. */
  served: Readonly<Record<string, readonly string[]>>;
  /** The names requested since the last call. */
  asked(): string[];
}

export function smallExchange(
  listed: SmallExchange["listed"],
  served: SmallExchange["served"],
): SmallExchange {
  let asked: string[] = [];
  const answer = ({ url }: Request): Response => {
    const name = decodeURIComponent(new URL(url).pathname.split("/").at(-1)!);
    if (!url.includes("/download/")) return Response.json({ CurrentFiles: exchange.listed });
    asked.push(name);
    const lines = exchange.served[name];
    if (lines === undefined) return new Response("Not found", { status: 404 });
    return new Response(Uint8Array.from(gzipSync(lines.map((line) => `${line}\n`).join(""))));
  };
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, answer);
  const exchange: SmallExchange = {
    apiUrl: `http://127.0.0.1:${server.addr.port}/api`,
    listed,
    served,
    asked() {
      const names = asked;
      asked = [];
      return names;
    },
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
  return exchange;
}
