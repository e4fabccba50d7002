import type { Path } from "@david/dax";

/** Serves the files of a folder on loopback, until it is disposed. */
export function serveFolder(folder: Path): AsyncDisposable & { readonly origin: string } {
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, async (request) => {
    const file = folder.join(new URL(request.url).pathname.slice(1));
    if (file.parent()?.toString() !== folder.toString() || !file.existsSync()) {
      return new Response(null, { status: 404 });
    }
    return new Response((await file.open()).readable);
  });
  return { origin: `http://127.0.0.1:${server.addr.port}`, [Symbol.asyncDispose]: () => server.shutdown() };
}
