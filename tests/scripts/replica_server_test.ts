import assert from "node:assert/strict";
import { gunzipSync } from "node:zlib";
import type { DaySpec } from "../../scripts/replica/day.ts";
import { generateDay } from "../../scripts/replica/day.ts";
import * as fault from "../../scripts/replica/fault_kinds.ts";
import { type Replica, startReplica } from "../../scripts/replica/server.ts";
import { compressed } from "../../scripts/replica/wire.ts";

const DAY: DaySpec = { venue: "DETR", date: "2026-09-01", trades: 200, minutes: { from: 480, until: 484 } };
const NAME = "DETR-posttrade-2026-09-01T08_02.json.gz";
const DAILY = "DETR-posttrade-daily-2026-09-01.json.gz";

Deno.test("a listing names files whole, after the prefix, or bare, newest first", async () => {
  const forms = {
    whole: ["DETR-posttrade", "DETR-posttrade-2026-09-01T08_03.json.gz"],
    prefixed: ["DETR-posttrade-2026-09-01", "DETR-posttrade-2026-09-01-2026-09-01T08_03.json.gz"],
    bare: ["", "-2026-09-01T08_03.json.gz"],
  } as const;
  for (const [form, [prefix, newest]] of Object.entries(forms)) {
    await using replica = await startReplica({ days: [DAY], form: form as keyof typeof forms, daily: true });
    const listing = await list(replica);
    assert.equal(listing.SourcePrefix, prefix);
    assert.equal(listing.FileCount, "5");
    assert.deepEqual(listing.CurrentFiles.slice(0, 2), [DAILY, newest]);
  }
});

Deno.test("a listing is JSON only on request, and 404 for a venue without files", async () => {
  await using replica = await startReplica({ days: [DAY], counts: "number" });
  const page = await (await fetch(`${replica.apiUrl}/DETR-posttrade`, { headers: { accept: "*/*" } })).text();
  assert.match(page, /^<!DOCTYPE html>.*"FileCount":4/s);
  const response = await fetch(`${replica.apiUrl}/DXSC-posttrade`);
  await response.body?.cancel();
  assert.equal(response.status, 404);
});

Deno.test("a download redirects to storage, which gives the file of the generator as gzip", async () => {
  await using replica = await startReplica({ days: [DAY], daily: true });
  const minutes = [...generateDay(DAY)];
  const { status, location } = await download(replica, NAME);
  assert.equal(status, 301);
  assert.ok(location.startsWith(`${replica.storageUrl}/`));
  assert.notEqual(new URL(location).port, new URL(replica.apiUrl).port);
  const response = await fetch(location);
  const body = await response.bytes();
  assert.equal(response.headers.get("content-type"), "application/gzip");
  assert.equal(response.headers.get("content-encoding"), null);
  assert.equal(Number(response.headers.get("content-length")), body.length);
  assert.deepEqual(new Uint8Array(gunzipSync(body)), minutes[2].ndjson);
  const whole = gunzipSync(await stored(replica, DAILY)).toString();
  assert.equal(whole.split("\n").length - 1, 200);
});

Deno.test("files appear and vanish with the listed range", async () => {
  const listed = { from: null, until: "2026-09-01T08:02" };
  await using replica = await startReplica({ days: [DAY], daily: true, listed });
  assert.equal((await list(replica)).CurrentFiles.length, 2);
  assert.equal((await download(replica, NAME)).status, 404);
  replica.listed.until = "2026-09-01T22:01";
  replica.listed.from = "2026-09-01T08:03";
  assert.deepEqual((await list(replica)).CurrentFiles, [DAILY, NAME.replace("08_02", "08_03")]);
});

Deno.test("live, a name appears 14:00 after its minute begins, and can be fetched at once; the daily file after its day", async () => {
  let now = Date.parse("2026-09-01T08:15:59.999Z");
  await using replica = await startReplica({ days: [DAY], daily: true, live: true, now: () => now });
  const newest = async () => (await list(replica)).CurrentFiles[0];
  assert.equal(await newest(), NAME.replace("08_02", "08_01"));
  assert.equal((await download(replica, NAME)).status, 404);
  now += 1;
  assert.equal(await newest(), NAME);
  assert.equal((await download(replica, NAME)).status, 301);
  now = Date.parse("2026-09-01T22:13:59Z");
  assert.equal(await newest(), NAME.replace("08_02", "08_03"));
  now += 1000;
  assert.equal(await newest(), DAILY);
});

Deno.test("minutes without trades are gzip streams of zero bytes, 20 bytes long", async () => {
  await using replica = await startReplica({ days: [{ venue: "DETR", date: "2026-09-01", trades: 100 }] });
  const { CurrentFiles } = await list(replica);
  assert.equal(CurrentFiles.length, 1321);
  const night = await stored(replica, CurrentFiles.at(-1)!);
  assert.deepEqual([night.length, gunzipSync(night).length], [20, 0]);
});

Deno.test("around midnight a daily file has another name, is served under it or only under the usual one, or has both", async () => {
  await using replica = await startReplica({ days: [DAY], daily: true });
  const midnight = "DETR-posttrade-2026-daily-09-01.json.gz";
  const whole = gunzipSync(await stored(replica, DAILY));
  const seen = async () => {
    const { CurrentFiles } = await list(replica);
    const statuses = [DAILY, midnight].map(async (name) => (await download(replica, name)).status);
    return [CurrentFiles.filter((name) => name.includes("daily")), await Promise.all(statuses)];
  };
  assert.deepEqual(await seen(), [[DAILY], [301, 404]]);
  replica.listed.dailyNames = "midnight";
  assert.deepEqual(await seen(), [[midnight], [404, 301]]);
  assert.deepEqual(gunzipSync(await stored(replica, midnight)), whole);
  replica.listed.dailyNames = "midnight, served as usual";
  assert.deepEqual(await seen(), [[midnight], [301, 404]]);
  replica.listed.dailyNames = "both";
  assert.deepEqual(await seen(), [[DAILY, midnight], [301, 301]]);
});

Deno.test("a listed daily file answers 404 or 400 while the minutes exist", async () => {
  await using replica = await startReplica({ days: [DAY], daily: true });
  for (const status of [404, 400]) {
    replica.inject("download", fault.status(status), { name: DAILY, times: 1 });
    assert.equal((await list(replica)).CurrentFiles[0], DAILY);
    assert.equal((await download(replica, DAILY)).status, status);
    assert.equal((await download(replica, NAME)).status, 301);
  }
  assert.equal((await download(replica, DAILY)).status, 301);
});

Deno.test("Eurex lists pretrade files that are all 404; a service that has none is 404 itself", async () => {
  await using replica = await startReplica({ days: [{ ...DAY, venue: "DEUR" }], daily: true });
  const { CurrentFiles, SourcePrefix } = await list(replica, "DEUR-pretrade");
  assert.equal(SourcePrefix, "DEUR-pretrade");
  assert.deepEqual(
    CurrentFiles,
    ["03", "02", "01", "00"].map((m) => `DEUR-pretrade-2026-09-01T08_${m}.json.gz`),
  );
  for (const name of CurrentFiles) assert.equal((await download(replica, name)).status, 404);
  for (const service of ["DETR-posttrade", "DETR-pretrade", "DEUR-pretradeOthers"]) {
    const response = await fetch(`${replica.apiUrl}/${service}`);
    await response.body?.cancel();
    assert.equal(response.status, 404);
  }
});

Deno.test("a signed URL expires after two seconds, and is valid only for its file", async () => {
  let now = Date.parse("2026-09-01T10:00:00Z");
  await using replica = await startReplica({ days: [DAY], now: () => now });
  const { location } = await download(replica, NAME);
  now += 1999;
  assert.equal((await take(location)).status, 200);
  now += 1;
  const late = await take(location);
  assert.equal(late.status, 400);
  assert.match(late.text, /<Code>ExpiredToken</);
  assert.equal((await take(location.replace("08_02", "08_01"))).status, 403);
});

Deno.test("the quota grants 3 in each fixed window, whose phase refused requests and listings keep", async () => {
  let now = Date.parse("2026-09-01T10:00:00Z");
  const quota = { downloads: 3, seconds: 60, retryAfter: "seconds" } as const;
  await using replica = await startReplica({ days: [DAY], now: () => now, quota });
  const start = now;
  const granted: number[] = [];
  for (now = start; now < start + 180_000; now += 7000) {
    await list(replica);
    const { status, retryAfter } = await download(replica, NAME);
    if (status === 301) granted.push(now - start);
    else assert.deepEqual([status, retryAfter], [429, String(Math.ceil(60 - (now - start) / 1000 % 60))]);
  }
  assert.deepEqual(granted, [0, 7000, 14_000, 63_000, 70_000, 77_000, 126_000, 133_000, 140_000]);
  assert.equal(replica.maxInAnyWindow(), 3);
  assert.equal(replica.refused(), 26 - 9);
});

Deno.test("a refusal says when to try again as an HTTP date, or not at all; windows have a phase", async () => {
  const now = Date.parse("2026-09-01T10:00:10Z");
  const quota = { downloads: 0, seconds: 60, phase: Date.parse("2026-09-01T09:00:30Z") };
  await using dated = await startReplica({
    days: [DAY],
    now: () => now,
    quota: { ...quota, retryAfter: "date" },
  });
  assert.equal((await download(dated, NAME)).retryAfter, "Tue, 01 Sep 2026 10:00:30 GMT");
  await using silent = await startReplica({ days: [DAY], now: () => now, quota });
  assert.deepEqual(await download(silent, NAME), { status: 429, location: "", retryAfter: null });
});

Deno.test("requests are recorded with time, place, name and status", async () => {
  await using replica = await startReplica({ days: [DAY], now: () => 5 });
  await list(replica);
  await stored(replica, NAME);
  assert.deepEqual(replica.requests, [
    { at: 5, place: "list", name: "DETR", status: 200 },
    { at: 5, place: "download", name: NAME, status: 301 },
    { at: 5, place: "storage", name: NAME, status: 200 },
  ]);
});

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
  for (const damage of [fault.reset(), fault.short(), fault.stall(5)]) {
    replica.inject("storage", damage, { times: 1 });
    const { location } = await download(replica, NAME);
    await assert.rejects(fetch(location, { signal: AbortSignal.timeout(200) }).then((r) => r.bytes()));
  }
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

Deno.test("additional files are served beside the days, under any name, and replace those of the days", async () => {
  const own = compressed(new TextEncoder().encode("{}\n"));
  const name = "DFRA-posttrade-2026-09-01T08_00.json.gz";
  await using replica = await startReplica({ days: [DAY], files: new Map([[name, own]]) });
  assert.deepEqual(await stored(replica, name), own);
  for (const name of [NAME, DAILY, "DETR-posttrade-2026-09-01T08_xx.json.gz"]) {
    replica.serve(name, own);
    assert.deepEqual(await stored(replica, name), own);
  }
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

async function list(
  replica: Replica,
  service = "DETR-posttrade",
): Promise<Record<string, unknown> & { CurrentFiles: string[] }> {
  const headers = { accept: "application/json" };
  return await (await fetch(`${replica.apiUrl}/${service}`, { headers })).json();
}

async function download(replica: Replica, name: string) {
  const response = await fetch(`${replica.apiUrl}/download/${name}`, { redirect: "manual" });
  await response.body?.cancel();
  const { status, headers } = response;
  return { status, location: headers.get("location") ?? "", retryAfter: headers.get("retry-after") };
}

async function stored(replica: Replica, name: string): Promise<Uint8Array<ArrayBuffer>> {
  return await (await fetch((await download(replica, name)).location)).bytes();
}

async function take(location: string): Promise<{ status: number; text: string }> {
  const response = await fetch(location);
  return { status: response.status, text: await response.text() };
}
