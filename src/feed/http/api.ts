/** The addresses of the exchange's file service and of the servers it may redirect to. */

/** Where the exchange serves its files. */
export const EXCHANGE_API = "https://mfs.deutsche-boerse.com/api";
/** The host of its signed URLs. */
const STORAGE_HOST = "storage.googleapis.com";

/**
 * The base URL of a file service: the exchange's own, or one on this machine for the replica and for tests, by plain
 * HTTP, since a direct connection (`direct_fetch.ts`) has no TLS. Throws for any other host, which must not be contacted.
 */
export function apiBase(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  const exchange = new URL(EXCHANGE_API);
  const isExchange = url?.origin === exchange.origin;
  const isLocal = url !== null && url.protocol === "http:" && isLoopback(url);
  if (url === null || !(isExchange || isLocal) || url.username !== "" || url.password !== "") {
    throw new Error(`An API is ${EXCHANGE_API} or one on this machine, such as http://127.0.0.1:8765/api.`);
  }
  return new URL(url.href.replace(/[?#].*$/, "").replace(/\/*$/, "/"));
}

/**
 * The target of a redirect from `base`. Null for a target that is not allowed: only the exchange's storage is, or, from
 * a base on this machine, this machine.
 */
export function redirectTarget(location: string | null, base: URL): URL | null {
  if (location === null || !URL.canParse(location, base.href)) return null;
  const target = new URL(location, base.href);
  if (target.username !== "" || target.password !== "") return null;
  if (isLoopback(base)) return target.protocol === "http:" && isLoopback(target) ? target : null;
  return target.protocol === "https:" && target.host === STORAGE_HOST ? target : null;
}

/** Whether an address is on this machine. */
export function isLoopback({ hostname }: URL): boolean {
  return hostname === "localhost" || hostname === "[::1]" || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}
