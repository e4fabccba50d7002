import { isLoopback } from "../feed/http/api.ts";

/** As the exchange's client wants it. */
export type Fetch = (url: URL, init: RequestInit) => Promise<Response>;

const PORTS: Readonly<Record<string, number>> = { "http:": 80, "https:": 443 };

/**
 * Deno's `fetch`, which heeds HTTPS_PROXY and NO_PROXY by itself; but this machine is asked directly: a firm's proxy
 * does not reach it. Throws as `fetch`, and at once where the address is not granted.
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

/** Connects to the host itself, which as a "proxy" stands before those of the environment. */
function clientFor({ hostname, port, protocol }: URL): Deno.HttpClient {
  return Deno.createHttpClient({
    proxy: { transport: "tcp", hostname, port: Number(port) || PORTS[protocol] },
  });
}
