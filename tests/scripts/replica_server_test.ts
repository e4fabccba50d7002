import assert from "node:assert/strict";
import { gunzipSync } from "node:zlib";
import { generateDay } from "../../scripts/replica/day.ts";
import * as fault from "../../scripts/replica/fault_kinds.ts";
import { startReplica } from "../../scripts/replica/server.ts";
import { compressed } from "../../scripts/replica/wire.ts";
import { DAILY, DAY, download, list, NAME, stored, take } from "./ask_replica.ts";

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

Deno.test("a signed URL expires after its time, as at the exchange after two seconds, and is valid only for its file", async () => {
  let now = Date.parse("2026-09-01T10:00:00Z");
  await using replica = await startReplica({ days: [DAY], now: () => now, signatureMillis: 2_000 });
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
