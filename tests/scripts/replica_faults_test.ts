import assert from "node:assert/strict";
import { gunzipSync } from "node:zlib";
import * as fault from "../../scripts/replica/fault_kinds.ts";
import { type Replica, startReplica } from "../../scripts/replica/server.ts";
import { DAY, download, list, NAME, stored, take } from "./ask_replica.ts";

Deno.test("a fault affects the named requests as often as requested", async () => {
  await using replica = await startReplica({ days: [DAY] });
  replica.inject("download", fault.status(503), { name: NAME, times: 2 });
  replica.inject("download", fault.status(404), { name: (name) => name.includes("08_01") });
  const statuses = async (name: string) => [
    (await download(replica, name)).status,
    (await download(replica, name)).status,
    (await download(replica, name)).status,
  ];
  assert.deepEqual(await statuses(NAME), [503, 503, 301]);
  assert.deepEqual(await statuses(NAME.replace("08_02", "08_01")), [404, 404, 404]);
  replica.clearFaults();
  assert.equal((await download(replica, NAME.replace("08_02", "08_01"))).status, 301);
  replica.inject("download", fault.status(502), { after: 1, times: 1 });
  assert.deepEqual(await statuses(NAME), [301, 502, 301]);
});

Deno.test("reset, short and stalled answers fail as such, and a dripping one arrives", async () => {
  await using replica = await startReplica({ days: [DAY] });
  for (const damage of [fault.reset(), fault.short()]) {
    replica.inject("storage", damage, { times: 1 });
    await assert.rejects(stored(replica, NAME));
  }
  replica.inject("storage", fault.stall(5), { times: 1 });
  const stop = new AbortController();
  const { body } = await fetch((await download(replica, NAME)).location, { signal: stop.signal });
  const reader = body!.getReader();
  assert.equal((await reader.read()).value!.length, 5);
  const more = assert.rejects(reader.read());
  setTimeout(() => stop.abort(), 200); // nothing has come until then
  await more;
  assert.deepEqual(replica.requests.filter((r) => r.place === "storage").map((r) => r.status), [0, 200, 200]);
  replica.inject("storage", fault.drip(400, 1), { times: 1 });
  assert.deepEqual(await stored(replica, NAME), await stored(replica, NAME));
});

Deno.test("a body has fewer bytes than announced, or never ends", async () => {
  await using replica = await startReplica({ days: [DAY] });
  replica.inject("storage", fault.announced(100), { times: 1 });
  assert.equal((await stored(replica, NAME)).length, 100);
  replica.inject("storage", fault.endless(), { times: 1 });
  const { body } = await fetch((await download(replica, NAME)).location);
  let received = 0;
  for await (const piece of body!) if ((received += piece.length) > 1_000_000) break;
});

Deno.test("redirects lead elsewhere, or a second time", async () => {
  await using replica = await startReplica({ days: [DAY] });
  replica.inject("download", fault.redirect("https://example.com/x.gz"), { times: 1 });
  assert.equal((await download(replica, NAME)).location, "https://example.com/x.gz");
  replica.inject("storage", fault.secondHop(), { times: 1 });
  const { location } = await download(replica, NAME);
  const hop = await fetch(location, { redirect: "manual" });
  await hop.body?.cancel();
  assert.deepEqual([hop.status, hop.headers.get("location")], [301, location]);
  assert.equal((await take(location)).status, 200);
  replica.inject("storage", fault.expired(), { times: 1 });
  assert.match((await take(location)).text, /ExpiredToken/);
});

Deno.test("a body that is held comes when the test lets it go", async () => {
  await using replica = await startReplica({ days: [DAY] });
  const { promise, resolve } = Promise.withResolvers<void>();
  replica.inject("storage", fault.held(promise), { times: 1 });
  const { body } = await fetch((await download(replica, NAME)).location);
  const bytes = new Response(body).bytes();
  assert.equal(await Promise.race([bytes, Promise.resolve("held")]), "held");
  resolve();
  assert.deepEqual(await bytes, await stored(replica, NAME));
});

Deno.test("bodies are damaged as requested, or changed without damage", async () => {
  await using replica = await startReplica({ days: [DAY] });
  const right = await stored(replica, NAME);
  const text = gunzipSync(right).toString();
  const damaged = async (damage: Parameters<Replica["inject"]>[1]) => {
    replica.inject("storage", damage, { times: 1 });
    return await stored(replica, NAME);
  };
  for (const bad of [fault.html(), fault.nothing(), fault.cutStream(), fault.badCrc()]) {
    const body = await damaged(bad);
    assert.throws(() => gunzipSync(body));
  }
  assert.equal(gunzipSync(await damaged(fault.twoMembers())).toString(), text);
  assert.equal((await damaged(fault.zeroPadded(100))).length, right.length + 100);
  const lines = gunzipSync(await damaged(fault.badLines(["no JSON", "[]"]))).toString().split("\n");
  assert.deepEqual(lines.filter((line) => !text.includes(line)), ["no JSON", "[]"]);
  assert.equal(lines.length, text.split("\n").length + 2);
  const renamed = JSON.parse(gunzipSync(await damaged(fault.unknownEra())).toString().split("\n")[0]);
  assert.ok(Object.keys(renamed).every((key) => key.startsWith("renamed_")));
  const [row] = gunzipSync(await damaged(fault.renamedKey("price"))).toString().split("\n");
  assert.equal(JSON.parse(row).priceRenamed, JSON.parse(text.split("\n")[0]).price);
});

Deno.test("listings have strange names, are too large, or are not JSON", async () => {
  await using replica = await startReplica({ days: [DAY] });
  replica.inject("list", fault.listedToo(["../../etc/passwd", "DETR-posttrade-2026-09-01T07_00.json.gz"]), {
    times: 1,
  });
  assert.equal((await list(replica)).CurrentFiles[0], "../../etc/passwd");
  assert.equal((await download(replica, "DETR-posttrade-2026-09-01T07_00.json.gz")).status, 404);
  replica.inject("list", fault.oversized(9 * 2 ** 20), { name: "DETR", times: 1 });
  const large = await fetch(`${replica.apiUrl}/DETR-posttrade`, { headers: { accept: "application/json" } });
  assert.ok((await large.bytes()).length > 9 * 2 ** 20);
  replica.inject("list", fault.html(), { times: 1 });
  await assert.rejects(list(replica), SyntaxError);
});

Deno.test("writeTruth() leaves out the files that a fault makes unreadable", async () => {
  await using replica = await startReplica({ days: [DAY] });
  const dir = await Deno.makeTempDir();
  try {
    const [path] = await replica.writeTruth(dir, new Set([NAME]));
    const text = await Deno.readTextFile(path);
    assert.ok(text.includes("2026-09-01T08:01:") && !text.includes('"distribution_time":"2026-09-01T08:02:'));
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});
