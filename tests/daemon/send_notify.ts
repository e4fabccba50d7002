/** Sends the service manager of its environment what a daemon sends, with a pause as long as its argument says. */
import { openNotify } from "../../src/daemon/notify.ts";
import { realClock } from "./process.ts";

const [NOTIFY_SOCKET, WATCHDOG_USEC] = [Deno.env.get("NOTIFY_SOCKET"), Deno.env.get("WATCHDOG_USEC")];
const notify = openNotify({ NOTIFY_SOCKET, WATCHDOG_USEC }, realClock);
notify.ready();
notify.status("Waiting until\n2025-12-02 08:30:00 CET");
for (let i = 0; i < 30; i++) {
  notify.progress();
  await realClock.sleep(10, new AbortController().signal);
}
await notify.stopping();
console.log(`watchdog every ${notify.watchdogMillis} ms`);
