import assert from "node:assert/strict";
import { dirname } from "node:path";
import { Script } from "../daemon/process.ts";

/** Where systemd listens; the program's permissions name it. */
export const SOCKET = "/run/systemd/notify";
/** systemd's place is taken where it does not run, by root only. */
export const isFree: boolean = Deno.uid() === 0 && await Deno.lstat(SOCKET).then(() => false, () => true);
if (!isFree) console.log(`${SOCKET} is taken, or not for us: no service manager is played`);

/** Plays systemd at its own socket, until it is disposed. */
export async function serviceManager(): Promise<AsyncDisposable & { next(): Promise<string> }> {
  Deno.mkdirSync(dirname(SOCKET), { recursive: true });
  const listener = new Script("listen_notify.ts", [SOCKET], {}, ["-A", "--unstable-net"]);
  assert.equal(await listener.line(), "listening");
  Deno.chmodSync(SOCKET, 0o777); // as systemd's
  return {
    next: async () => JSON.parse(await listener.line() ?? assert.fail("the listener has ended")),
    async [Symbol.asyncDispose]() {
      await listener[Symbol.asyncDispose]();
      Deno.removeSync(SOCKET);
    },
  };
}
