/** Prints what each signal requests, until one requests to end at once. */
import { listenForSignals, Requests } from "../../src/daemon/signals.ts";

const requests = new Requests();
listenForSignals({
  requests,
  reopenLog: () => console.log("reopen"),
  endNow: Deno.exit,
  monotonic: () => performance.now(),
});
requests.stop.addEventListener("abort", () => console.log(`${requests.stop.reason}`));
console.log("listening");
for (;;) {
  await new Promise((resolve) => setTimeout(resolve, 10));
  if (requests.takeNudge()) console.log("nudge");
}
