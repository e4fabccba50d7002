import assert from "node:assert/strict";
import { Requests, Stopped } from "../../src/daemon/signals.ts";
import { Script } from "./process.ts";

async function listening(): Promise<Script> {
  const script = new Script("hear_signals.ts", []);
  assert.equal(await script.line(), "listening");
  return script;
}

const pause = (millis: number) => new Promise((resolve) => setTimeout(resolve, millis));

Deno.test("SIGHUP reopens the log; SIGUSR2 requests one cycle, even when it is delivered twice", async () => {
  await using script = await listening();
  script.kill("SIGUSR2");
  script.kill("SIGHUP");
  script.kill("SIGHUP");
  const heard = new Set([await script.line(), await script.line()]);
  script.kill("SIGUSR2");
  await pause(1_050);
  script.kill("SIGUSR2");
  script.kill("SIGTERM");
  for (let line = await script.line(); !line?.startsWith("Stopped"); line = await script.line()) {
    heard.add(line);
  }
  assert.deepEqual([...heard].sort(), ["nudge", "reopen"]);
});

Deno.test("SIGTERM requests a stop, and has no further effect when it is repeated", async () => {
  await using script = await listening();
  script.kill("SIGTERM");
  assert.equal(await script.line(), "Stopped: ended by SIGTERM");
  await pause(1_050);
  script.kill("SIGTERM");
  script.kill("SIGINT");
  script.kill("SIGHUP");
  assert.equal(await script.line(), "reopen");
});

Deno.test("a second SIGINT ends the process at once, unless it comes within a second of the first", async () => {
  await using script = await listening();
  script.kill("SIGINT");
  assert.equal(await script.line(), "Stopped: ended by SIGINT");
  script.kill("SIGINT");
  await pause(1_050);
  script.kill("SIGHUP");
  assert.equal(await script.line(), "reopen");
  script.kill("SIGINT");
  assert.equal((await script.ended()).code, 130);
});

Deno.test("Requests wakes for every nudge, and stays awake after a stop", () => {
  const requests = new Requests();
  assert.ok(!requests.takeNudge());
  for (let i = 0; i < 2; i++) {
    requests.nudge();
    requests.nudge();
    assert.ok(requests.wake.aborted);
    assert.ok(requests.takeNudge());
    assert.ok(!requests.takeNudge());
    assert.ok(!requests.wake.aborted);
  }
  requests.askToStop("SIGINT");
  requests.askToStop("SIGTERM");
  assert.ok(requests.wake.aborted && requests.stop.aborted);
  assert.ok(requests.stop.reason instanceof Stopped);
  assert.equal(requests.stop.reason.signal, "SIGINT");
  requests.nudge();
  requests.takeNudge();
  assert.ok(requests.wake.aborted);
});
