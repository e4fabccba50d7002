/** This machine as Deno finds it in NO_PROXY. */
const HERE = ["127.0.0.1", "localhost", "::1"];

/** NO_PROXY for who asks servers on this machine, where a firm's proxy would be asked for them: what it is, and this machine. */
export function noProxyHere(
  { NO_PROXY, no_proxy }: Readonly<Partial<Record<"NO_PROXY" | "no_proxy", string>>>,
): string {
  return [NO_PROXY ?? no_proxy ?? "", ...HERE].filter((host) => host !== "").join(",");
}
