import assert from "node:assert/strict";
import { gunzipSync, gzipSync } from "node:zlib";
import { downloadAll, type Outcome } from "../../src/collect/download.ts";
import type { SourceFile } from "../../src/feed/file_names.ts";
import { CannotWrite } from "../../src/system/atomic.ts";
import { Layout } from "../../src/store/layout.ts";
import { Spool } from "../../src/store/spool/spool.ts";
import { temporaryDirectory } from "../e2e/harness.ts";
import {
  type Answer,
  loopback,
  ok,
  rawLoopback,
  status,
  toStorage,
  until,
} from "../feed/loopback_exchange.ts";
import { minutesOf } from "./situations.ts";

Deno.test.sanitizer({ ops: true, resources: true });

const FILES = minutesOf("2026-09-01", "09:00", 12);
const NEVER = new AbortController().signal;
const GZIP = Uint8Array.from(gzipSync("{}\n"));

/** A transfer into a spool of its own, with the outcome of each file, in the order in which they ended. */
function transferInto(path: string, { exchange }: ReturnType<typeof loopback>) {
  const spool = new Spool(new Layout(path), "DETR");
  const outcomes = new Map<string, Outcome>();
  let pieces = 0;
  return {
    exchange,
    spool,
    outcomes,
    onOutcome: ({ name }: SourceFile, outcome: Outcome) => void outcomes.set(name, outcome),
    onProgress: () => void pieces++,
    get pieces() {
      return pieces;
    },
  };
}

/** Answers each request by the name of its file; `other` answers for all other files. */
function byName(answers: Record<string, Answer>, other: Answer): Answer {
  return (request) => (answers[request.url.split("/").at(-1)!] ?? other)(request);
}

Deno.test("downloadAll() keeps every file, starts them in order, and reports each file and each piece of it", async () => {
  using dir = temporaryDirectory();
  await using server = loopback({ storage: [ok(GZIP)] });
  const transfer = transferInto(dir.path, server);
  await downloadAll(FILES, transfer, NEVER);
  const names = FILES.map(({ name }) => name);
  assert.deepEqual([...transfer.outcomes.keys()].sort(), names);
  assert.deepEqual([...new Set(transfer.outcomes.values().map(({ kind }) => kind))], ["kept"]);
  assert.deepEqual(transfer.spool.files("2026-09-01").map(({ file }) => file.name), names);
  const begun = server.store.state.grants.length;
  assert.equal(begun, FILES.length);
  assert.ok(transfer.pieces >= FILES.length);
});

Deno.test("downloadAll() without files requests nothing", async () => {
  using dir = temporaryDirectory();
  await using server = loopback({});
  await downloadAll([], transferInto(dir.path, server), NEVER);
  assert.deepEqual(server.asked, []);
});

Deno.test("downloadAll() has four downloads in progress at a time, the oldest steps first", async () => {
  using dir = temporaryDirectory();
  const open: (() => void)[] = [];
  await using server = loopback({
    storage: [() => new Promise((resolve) => open.push(() => resolve(new Response(GZIP))))],
  });
  const done = downloadAll(FILES, transferInto(dir.path, server), NEVER);
  let most = 0;
  for (let answered = 0; answered < FILES.length; answered++) {
    await until(() => open.length >= Math.min(FILES.length, answered + 4));
    most = Math.max(most, open.length - answered);
    const asked = server.asked.filter((path) => path.startsWith("/api/")).map((path) =>
      path.split("/").at(-1)
    );
    assert.deepEqual(asked.toSorted(), FILES.slice(0, asked.length).map(({ name }) => name));
    open[answered]();
  }
  await done;
  assert.equal(most, 4);
});

Deno.test("downloadAll() continues after a file that is missing, is rejected, or fails", async () => {
  using dir = temporaryDirectory();
  const [gone, html, failing] = FILES.map(({ name }) => name);
  await using server = loopback({
    api: [byName({ [gone]: status(404), [failing]: status(500) }, toStorage())],
    storage: [byName({ [html]: ok("<html>") }, ok(GZIP))],
  });
  const transfer = transferInto(dir.path, server);
  await downloadAll(FILES, transfer, NEVER);
  const kinds = FILES.map(({ name }) => transfer.outcomes.get(name)!.kind);
  assert.deepEqual(kinds, ["gone", "rejected", "failed", ...Array(9).fill("kept")]);
  assert.deepEqual(transfer.spool.rejected("2026-09-01"), [html]);
});

Deno.test("downloadAll() keeps plain NDJSON packed, whether it is marked as gzip or not, and gzip that is marked as such", async () => {
  using dir = temporaryDirectory();
  const text = '{"a":1}\n{"a":2}\n';
  const marked = { "content-encoding": "gzip" };
  const [unmarked, plain, packed, empty] = FILES.map(({ name }) => name);
  const answers = {
    [unmarked]: ok(text),
    [plain]: ok(text, marked),
    [packed]: ok(GZIP, marked),
    [empty]: ok(Uint8Array.from(gzipSync("")), marked),
  };
  await using server = loopback({ storage: [byName(answers, status(404))] });
  const transfer = transferInto(dir.path, server);
  await downloadAll(FILES.slice(0, 4), transfer, NEVER);
  const found = [unmarked, plain, packed, empty].map((name) => {
    const outcome = transfer.outcomes.get(name)!;
    return outcome.kind === "kept" && [outcome.packed, outcome.bytes, outcome.lines];
  });
  const gz = [false, GZIP.length, 1];
  assert.deepEqual(found, [[true, text.length, 2], [true, text.length, 2], gz, [false, 20, 0]]);
  for (const { path } of transfer.spool.files("2026-09-01").slice(0, 2)) {
    assert.equal(gunzipSync(Deno.readFileSync(path)).toString(), text);
  }
});

Deno.test("downloadAll() requests plain NDJSON again when it ends before its announced length", async () => {
  using dir = temporaryDirectory();
  const head = "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 16\r\n\r\n";
  await using server = rawLoopback([`${head}{"a":1}\n`, `${head}{"a":1}\n{"a":2}\n`]);
  const transfer = transferInto(dir.path, server);
  await downloadAll(FILES.slice(0, 1), transfer, NEVER);
  const [outcome] = transfer.outcomes.values();
  assert.deepEqual(outcome, { kind: "kept", bytes: 16, lines: 2, packed: true, version: null });
  assert.equal(server.asked.length, 2);
});

Deno.test("downloadAll() throws the disk's errors, and requests nothing more", async () => {
  using dir = temporaryDirectory();
  Deno.writeTextFileSync(dir.of("data"), "a file where the folder should be");
  await using server = loopback({ storage: [ok(GZIP)] });
  const transfer = transferInto(dir.path, server);
  await assert.rejects(downloadAll(FILES, transfer, NEVER), CannotWrite);
  assert.equal(transfer.outcomes.size, 0);
  assert.ok(server.asked.length <= 8, `${server.asked.length} requests`);
});

Deno.test("downloadAll() throws what onOutcome throws", async () => {
  using dir = temporaryDirectory();
  await using server = loopback({ storage: [ok(GZIP)] });
  const failure = new Error("no more");
  const onOutcome = () => {
    throw failure;
  };
  const transfer = { ...transferInto(dir.path, server), onOutcome };
  await assert.rejects(downloadAll(FILES, transfer, NEVER), (error) => error === failure);
});

Deno.test("downloadAll() throws the signal's reason at once, and leaves no partial file", async () => {
  using dir = temporaryDirectory();
  const stop = new AbortController();
  const endless: Answer = () =>
    new Response(new ReadableStream({ start: (controller) => controller.enqueue(GZIP.slice(0, 5)) }));
  await using server = loopback({ storage: [endless] });
  const transfer = transferInto(dir.path, server);
  const done = downloadAll(FILES, transfer, stop.signal);
  await until(() => transfer.pieces === 4);
  const reason = new Error("stopped");
  stop.abort(reason);
  await assert.rejects(done, (error) => error === reason);
  assert.equal(transfer.outcomes.size, 0);
  assert.deepEqual([...Deno.readDirSync(transfer.spool.layout.rawDay("DETR", "2026-09-01"))], []);
});
