/** Why a request is refused before anything is looked up. */
export interface Refusal {
  readonly status: 400 | 403 | 405;
  readonly reason: string;
}

/** The names of this machine to itself; the port may be that of a tunnel. */
const LOOPBACK = /^(?:127\.0\.0\.1|localhost|\[::1\])(?::\d{1,5})?$/;

/**
 * Judges who asks, and how; null when nothing speaks against it. The name that was asked for must be this machine's own,
 * or a foreign page could read ours by a name of its own that it points here (DNS rebinding); and a page of another origin
 * is refused. Nothing is changed by any request: only GET and HEAD are answered.
 */
export function refusalOf({ method, headers }: Pick<Request, "method" | "headers">): Refusal | null {
  if (method !== "GET" && method !== "HEAD") return { status: 405, reason: "only GET and HEAD" };
  const host = headers.get("host") ?? "";
  if (!LOOPBACK.test(host)) {
    return { status: 403, reason: "only by the name of this machine: 127.0.0.1 or localhost" };
  }
  const origin = headers.get("origin");
  if (origin !== null && origin !== `http://${host}`) return { status: 403, reason: "only for its own page" };
  // What another page embeds, as a picture for instance, names no origin.
  const site = headers.get("sec-fetch-site");
  const isOwn = site === null || site === "none" || site === "same-origin";
  return isOwn ? null : { status: 403, reason: "only for its own page" };
}
