import assert from "node:assert/strict";
import { join } from "node:path";
import { openNotify, SILENT } from "../../src/daemon/notify.ts";
import { realClock, Script } from "./process.ts";

const LISTENER = ["-A", "--unstable-net"];

/** Those flags of the shipped program that matter here. */
function senderFlags(socket: string): string[] {
  return [
    "--no-check",
    "--unstable-net",
    "--allow-env=NOTIFY_SOCKET,WATCHDOG_USEC",
    "--ignore-env",
    `--allow-write=${socket}`,
    `--allow-net=unix:${socket}`,
  ];
}

/** What a listener at `socket` receives from a daemon with this watchdog. */
async function heardAt(
  socket: string,
  usec: string | undefined,
  flags: string[],
): Promise<(string | null)[]> {
  await using listener = new Script("listen_notify.ts", [socket], {}, LISTENER);
  assert.equal(await listener.line(), "listening");
  const env: Record<string, string> = { NOTIFY_SOCKET: socket, ...usec && { WATCHDOG_USEC: usec } };
  await using sender = new Script("send_notify.ts", [], { env }, flags);
  const heard: (string | null)[] = [];
  while (heard.at(-1) !== "STOPPING=1") heard.push(JSON.parse(await listener.line() ?? "null"));
  heard.push(await sender.line());
  assert.equal((await sender.end()).code, 0);
  return heard;
}

Deno.test("systemd receives READY, STATUS, WATCHDOG at half its time, and STOPPING, with no further permission", async () => {
  const dir = Deno.makeTempDirSync();
  try {
    const socket = join(dir, "notify");
    const heard = await heardAt(socket, "200000", senderFlags(socket));
    const beats = heard.filter((line) => line === "WATCHDOG=1").length;
    assert.deepEqual(heard.filter((line) => line !== "WATCHDOG=1"), [
      "READY=1",
      "STATUS=Waiting until 2025-12-02 08:30:00 CET",
      "STOPPING=1",
      "watchdog every 100 ms",
    ]);
    assert.ok(beats >= 3 && beats <= 30, `${beats} beats in 0.3 s`);
  } finally {
    Deno.removeSync(dir, { recursive: true });
  }
});

Deno.test("an abstract socket is found, and without a watchdog no heartbeat is sent", async () => {
  const heard = await heardAt(`@xetra-parqed-test-${crypto.randomUUID()}`, undefined, LISTENER);
  assert.deepEqual(heard, [
    "READY=1",
    "STATUS=Waiting until 2025-12-02 08:30:00 CET",
    "STOPPING=1",
    "watchdog every null ms",
  ]);
});

Deno.test("a socket that is missing, or may not be used, does not stop the daemon", async () => {
  const env = { NOTIFY_SOCKET: "/nonexistent/notify", WATCHDOG_USEC: "200000" };
  for (const flags of [LISTENER, ["--unstable-net", "--allow-env"]]) {
    await using sender = new Script("send_notify.ts", [], { env }, flags);
    assert.equal(await sender.line(), "watchdog every 100 ms");
    assert.equal((await sender.end()).code, 0);
  }
});

Deno.test("openNotify() is silent without a socket, and without --unstable-net", () => {
  assert.equal(openNotify({}, realClock), SILENT);
  assert.equal(openNotify({ NOTIFY_SOCKET: "" }, realClock), SILENT);
  if (!("listenDatagram" in Deno)) assert.equal(openNotify({ NOTIFY_SOCKET: "/run/x" }, realClock), SILENT);
});
