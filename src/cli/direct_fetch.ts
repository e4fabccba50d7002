import { isLoopback } from "../feed/http/api.ts";

/** The signature that the exchange's client expects. */
export type Fetch = (url: URL, init: RequestInit) => Promise<Response>;

const HTTP_PORT = 80;

/**
 * Deno's `fetch`, which obeys HTTPS_PROXY and NO_PROXY, except that addresses on this machine are requested directly,
 * since a company's proxy cannot reach them. Throws as `fetch`, and at once for an address without permission.
 */
export function directOnThisMachine(): Fetch {
  const clients = new Map<string, Deno.HttpClient>();
  return (url, init) => {
    if (!isLoopback(url)) return fetch(url, init);
    const client = clients.get(url.host) ?? clientFor(url);
    clients.set(url.host, client);
    return fetch(url, { ...init, client });
  };
}

/** A client that connects to the host itself: given as a "proxy", that overrides the proxies of the environment. */
function clientFor({ hostname, port }: URL): Deno.HttpClient {
  return Deno.createHttpClient({ proxy: { transport: "tcp", hostname, port: Number(port) || HTTP_PORT } });
}
