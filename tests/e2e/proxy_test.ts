import assert from "node:assert/strict";
import { BAKED_FLAGS } from "../../scripts/release/flags.ts";
import { startReplica } from "../../scripts/replica/server.ts";
import { daemonArgs, DAY, heard } from "./daemon_program.ts";
import { assertForeseen } from "./evidence.ts";
import { API_HOST, canCertify, firmProxy, STORAGE_HOST } from "./firm_proxy.ts";
import { AMPLE_QUOTA, fetchArgs, runProgram, startProgram, temporaryDirectory } from "./harness.ts";
import { isPossible } from "./possible.ts";
import { assertStoresTruth } from "./truth.ts";

/** The shipped flags: what Deno itself reads from the environment needs no permission. */
const deno = ["run", "--quiet", ...BAKED_FLAGS];
const NO_NETWORK = ["unshare", "-rn"];
const canIsolate = await isPossible(NO_NETWORK[0], NO_NETWORK[1], "true");
if (!canIsolate) console.log("left out: the network cannot be taken away here");

/** All variables that name a proxy, without an exception to it. */
function proxied(url: string): Record<string, string> {
  const names = ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"].flatMap((name) => [name, name.toLowerCase()]);
  const proxies = Object.fromEntries(names.map((name) => [name, url]));
  return { ...proxies, NO_PROXY: "", no_proxy: "", DENO_NO_UPDATE_CHECK: "1" };
}

/** How the firm's authority is made known, by the names of the variables. */
const TRUST: Record<string, (authority: string) => Record<string, string>> = {
  DENO_CERT: (authority) => ({ DENO_CERT: authority }),
  DENO_TLS_CA_STORE: (authority) => ({ DENO_TLS_CA_STORE: "system", SSL_CERT_FILE: authority }),
};

for (const [variable, trust] of Object.entries(TRUST)) {
  Deno.test({
    name:
      `behind HTTPS_PROXY a fetch asks it for the exchange and its storage, trusts the firm's authority by ${variable}, ` +
      "and stores what is true",
    ignore: !canCertify,
    fn: async () => {
      await using replica = await startReplica({ days: [DAY] });
      await using proxy = await firmProxy(replica);
      using folder = temporaryDirectory();
      const args = ["--wrk-dir", folder.path, "fetch-trades", "DETR", "--quota", AMPLE_QUOTA];
      const env = { ...proxied(proxy.url), ...trust(proxy.authority) };
      assertForeseen(await runProgram(args, { deno, env }), 0);
      await assertStoresTruth(folder.path, replica);
      const lines = [API_HOST, STORAGE_HOST].map((host) => `CONNECT ${host}:443 HTTP/1.1`);
      assert.deepEqual([...new Set(proxy.asked)], lines);
    },
  });
}

Deno.test({
  name: "an authority that nobody made known is trusted in nothing, and the log says so",
  ignore: !canCertify,
  fn: async () => {
    await using replica = await startReplica({ days: [DAY] });
    await using proxy = await firmProxy(replica);
    const env = proxied(proxy.url);
    await using program = startProgram(["list-files", "DETR", "--log-level", "DEBUG"], { deno, env });
    await heard(program, /the listing of DETR: .*invalid peer certificate: UnknownIssuer/);
    assert.deepEqual(replica.requests, []);
  },
});

Deno.test({
  name: "the exchange is asked without the proxy when NO_PROXY names it",
  ignore: !canIsolate,
  fn: async () => {
    // There is no loopback and no name resolution: the proxy is an address, the exchange a name.
    const failures = { "": /tcp connect error: Network is unreachable/, ".deutsche-boerse.com": /dns error/ };
    for (const [except, failure] of Object.entries(failures)) {
      const env = { ...proxied("http://127.0.0.1:9"), NO_PROXY: except };
      const args = ["list-files", "DETR", "--log-level", "DEBUG"];
      await using program = startProgram(args, { deno, env, under: NO_NETWORK });
      await heard(program, /the listing of DETR: /);
      program.child.kill("SIGTERM");
      assert.match((await program.ended).stderr, failure);
    }
  },
});

Deno.test("an exchange on this machine is never asked through a proxy: not by a fetch, not by a daemon", async () => {
  await using replica = await startReplica({ days: [DAY] });
  using nobody = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const env = proxied(`http://127.0.0.1:${nobody.addr.port}`);
  for (const host of ["127.0.0.1", "localhost"]) {
    using folder = temporaryDirectory();
    const there = { apiUrl: replica.apiUrl.replace("127.0.0.1", host) };
    const run = await runProgram(fetchArgs(there, folder.path), { deno, env });
    assertForeseen(run, 0);
    await assertStoresTruth(folder.path, replica);
  }
  using folder = temporaryDirectory();
  await using daemon = startProgram(daemonArgs(replica, folder.path), { deno, env });
  await heard(daemon, / - Cycle 1: DETR: 10 files, 400 trades/);
});
