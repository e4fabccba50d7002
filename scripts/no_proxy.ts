/** This machine as Deno finds it in NO_PROXY. */
const HERE = ["127.0.0.1", "localhost", "::1"];

/**
 * NO_PROXY for requests to servers on this machine, which would go to a firm's proxy: its present value, and this
 * machine.
 */
export function noProxyHere(
  { NO_PROXY, no_proxy }: Readonly<Partial<Record<"NO_PROXY" | "no_proxy", string>>>,
): string {
  return [NO_PROXY ?? no_proxy ?? "", ...HERE].filter((host) => host !== "").join(",");
}
