import assert from "node:assert/strict";
import { dirname } from "node:path";
import { Script } from "../daemon/process.ts";
import { ownDisks } from "../e2e/own_disk.ts";
import { isPossible } from "../e2e/possible.ts";

/** Where systemd listens; the program's permissions name it. */
export const SOCKET = "/run/systemd/notify";
/** systemd is replaced in a namespace with its own /run, whether it runs on this machine or not. */
export const canPlay: boolean = Deno.uid() === 0 &&
  await isPossible("unshare", "-m", "mount", "-t", "tmpfs", "none", "/run");
if (!canPlay) console.log("left out: only root can play systemd, with a /run of its own");

/** A stand-in for systemd. */
export interface ServiceManager extends AsyncDisposable {
  /** The prefix of a command for which systemd's socket is this one. */
  readonly under: readonly string[];
  /** The next message that it receives. */
  next(): Promise<string>;
}

/** Stands in for systemd at its own socket, until it is disposed. */
export async function serviceManager(): Promise<ServiceManager> {
  await using starting = new AsyncDisposableStack();
  const disks = starting.use(await ownDisks({ "/run": "1m" }, "same users"));
  const socket = disks.seen(SOCKET);
  Deno.mkdirSync(dirname(socket));
  const listener = starting.use(new Script("listen_notify.ts", [socket], {}, ["-A", "--unstable-net"]));
  assert.equal(await listener.line(), "listening");
  Deno.chmodSync(socket, 0o777); // as systemd's
  const playing = starting.move();
  return {
    under: disks.under,
    next: async () => JSON.parse(await listener.line() ?? assert.fail("the listener has ended")),
    [Symbol.asyncDispose]: () => playing.disposeAsync(),
  };
}
