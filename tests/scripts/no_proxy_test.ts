import assert from "node:assert/strict";
import { noProxyHere } from "../../scripts/no_proxy.ts";

/** Whether a script under these variables gets an answer of a server at this address of this machine. */
async function isAnswered(address: string, env: Record<string, string>): Promise<boolean> {
  const hostname = address === "[::1]" ? "::1" : "127.0.0.1";
  await using server = Deno.serve({ hostname, port: 0, onListen: () => {} }, () => new Response("here"));
  const script = `await fetch("http://${address}:${server.addr.port}/")`;
  const { success } = await new Deno.Command(Deno.execPath(), { args: ["eval", script], env, stderr: "null" })
    .output();
  return success;
}

Deno.test("with noProxyHere() servers on this machine are requested directly, whatever exceptions there were before", async () => {
  const proxy = { HTTP_PROXY: "http://127.0.0.1:9", DENO_NO_UPDATE_CHECK: "1", NO_PROXY: "", no_proxy: "" };
  for (const address of ["127.0.0.1", "localhost", "[::1]"]) {
    assert.equal(await isAnswered(address, proxy), false);
    for (const before of [{}, { NO_PROXY: ".firm.example" }, { no_proxy: "firm.example,10.0.0.0/8" }]) {
      const env = { ...proxy, ...before, NO_PROXY: noProxyHere(before) };
      assert.equal(await isAnswered(address, env), true, JSON.stringify(env));
    }
  }
});

Deno.test("noProxyHere() keeps existing exceptions, those of NO_PROXY rather than no_proxy", () => {
  const here = "127.0.0.1,localhost,::1";
  assert.equal(noProxyHere({}), here);
  assert.equal(noProxyHere({ NO_PROXY: "a,b", no_proxy: "c" }), `a,b,${here}`);
  assert.equal(noProxyHere({ no_proxy: "c" }), `c,${here}`);
});
