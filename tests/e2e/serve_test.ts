import assert from "node:assert/strict";
import { pythonWith } from "../readers/environments.ts";
import { publishQuotes, type QuoteInput } from "../derive/quotes/quote_stores.ts";
import { assertForeseen } from "./evidence.ts";
import {
  duckdb,
  partitionPath,
  runProgram,
  startCommand,
  startProgram,
  temporaryDirectory,
} from "./harness.ts";
import { runInOneProcess } from "./one_process.ts";
import { answered, DATES, fillStore, type Served, startServing, VENUES } from "./page_program.ts";

interface Row {
  readonly [name: string]: string | number | null;
}

const [, DATE] = DATES;
const DAY = `/data/de/xetra/trades/venue=DETR/year=2026/month=09/day=01/trades.parquet`;
/** Shared by all tests: nothing is written to it. */
const store = temporaryDirectory();
addEventListener("unload", () => store[Symbol.dispose]());
await fillStore(store.path);
const file = (dataset: string) => `${store.path}/data/de/xetra/${dataset}`;

/** The busiest instrument of a venue, as the page has it. */
async function busiest(served: Served, venue = "DETR"): Promise<{ isin: string; trades: number }> {
  const path = `/api/instruments?venue=${venue}`;
  const { instruments } = await answered<{ instruments: { isin: string; trades: number }[] }>(served, path);
  return instruments[0];
}

Deno.test("the answers about instruments, bars and trades are what DuckDB finds in the files", async () => {
  await using served = await startServing(store.path);
  using db = await duckdb();
  for (const venue of VENUES) {
    const { isin, trades } = await busiest(served, venue);
    const bars = `'${file("bars_1m")}/venue=${venue}/*/*/*/*.parquet'`;
    assert.equal(
      await db.value(
        `SELECT max(n)::INT FROM (SELECT sum(trades) n FROM ${bars} WHERE start >= '${DATE}' GROUP BY isin)`,
      ),
      trades,
    );
    const { rows } = await answered<{ rows: Row[] }>(
      served,
      `/api/bars?venue=${venue}&isin=${isin}&interval=1m&to=${DATE}`,
    );
    const [expected] = await db.rows(
      `SELECT count(*)::INT AS bars, sum(volume) AS volume, sum(trades)::INT AS trades, max(high) AS high
       FROM ${bars} WHERE isin = '${isin}' AND start >= '${DATE}'`,
    );
    assert.deepEqual({
      bars: rows.length,
      volume: rows.reduce((sum, { volume }) => sum + Number(volume), 0),
      trades: rows.reduce((sum, { trades }) => sum + Number(trades), 0),
      high: Math.max(...rows.map(({ high }) => Number(high ?? -Infinity))),
    }, expected);
    const days = await answered<{ rows: Row[] }>(served, `/api/bars?venue=${venue}&isin=${isin}`);
    assert.deepEqual(
      days.rows.map(({ trading_day, official_close, trades }) => ({ trading_day, official_close, trades })),
      await db.rows(
        `SELECT trading_day::VARCHAR AS trading_day, official_close, trades
         FROM '${file("bars_1d")}/venue=${venue}/*/*/*.parquet' WHERE isin = '${isin}' ORDER BY trading_day`,
      ),
    );
    const minute = String(rows[0].start);
    const to = new Date(Date.parse(minute) + 60_000).toISOString();
    const traded = await answered<{ rows: Row[] }>(
      served,
      `/api/trades?venue=${venue}&isin=${isin}&from=${minute}&to=${to}`,
    );
    assert.equal(
      traded.rows.length,
      await db.value(
        `SELECT count(*)::INT FROM '${partitionPath(store.path, venue, DATE)}' WHERE isin = '${isin}'
         AND trading_date_time >= '${minute.slice(0, -1)}' AND trading_date_time < '${to.slice(0, -1)}'`,
      ),
    );
  }
});

Deno.test("wider bars are made from those of a minute", async () => {
  await using served = await startServing(store.path);
  const { isin } = await busiest(served);
  const of = (interval: string) =>
    answered<{ rows: Row[] }>(served, `/api/bars?venue=DETR&isin=${isin}&interval=${interval}&to=${DATE}`);
  const [minutes, hours] = [await of("1m"), await of("1h")];
  const sum = (rows: Row[]) => rows.reduce((sum, { trades }) => sum + Number(trades), 0);
  assert.ok(hours.rows.length < minutes.rows.length);
  assert.equal(sum(hours.rows), sum(minutes.rows));
});

Deno.test("the SQL that comes with rows returns these rows, with the views of connect", async () => {
  await using served = await startServing(store.path);
  using folder = temporaryDirectory();
  const connect = ["connect", "--output", folder.of("views.sql")];
  assertForeseen(await runInOneProcess(["--wrk-dir", store.path, ...connect]), 0);
  using db = await duckdb();
  await db.rows(Deno.readTextFileSync(folder.of("views.sql")));
  const { isin } = await busiest(served);
  const from = `${DATE}T08:00:00Z`;
  const to = `${DATE}T09:00:00Z`;
  const asked = [
    ...["1m", "15m", "1h", "1d"].map((interval) => `/api/bars?venue=DETR&isin=${isin}&interval=${interval}`),
    `/api/trades?venue=DETR&isin=${isin}&from=${from}&to=${to}`,
  ];
  for (const path of asked) {
    const { rows, sql } = await answered<{ rows: Row[]; sql: string }>(served, path);
    assert.ok(rows.length > 0, path);
    assert.equal((await db.rows(sql)).length, rows.length, sql);
  }
});

Deno.test("coverage and the minutes of a day agree with the store", async () => {
  await using served = await startServing(store.path);
  const { days } = await answered<{ days: Row[] }>(
    served,
    "/api/coverage?venue=DETR&from=2026-01-01&to=2026-09-01",
  );
  assert.deepEqual(days.map(({ date }) => date), DATES);
  const { minutes } = await answered<{ minutes: Row[] }>(served, `/api/day?venue=DETR&date=${DATE}`);
  assert.equal(minutes.length, 1_321);
  assert.deepEqual(minutes[0], { start: "2026-08-31T23:00:00.000Z", state: "absent", trades: 0 });
  using db = await duckdb();
  const rows = await db.value(`SELECT count(*)::INT FROM '${partitionPath(store.path, "DETR", DATE)}'`);
  assert.ok(Number(rows) <= minutes.reduce((sum, { trades }) => sum + Number(trades), 0));
  assert.equal(minutes.filter(({ state }) => state === "stored" || state === "empty").length, 450);
  const weekend = await answered<{ minutes: Row[] }>(served, "/api/day?venue=DETR&date=2026-09-05");
  assert.deepEqual(weekend.minutes, []);
});

Deno.test("CSV has the same rows as JSON, and DuckDB reads it", async () => {
  await using served = await startServing(store.path);
  const { isin } = await busiest(served);
  const path = `/api/bars?venue=DETR&isin=${isin}`;
  const { rows } = await answered<{ rows: Row[] }>(served, path);
  using folder = temporaryDirectory();
  const response = await fetch(`${served.url}${path}&format=csv`);
  assert.match(response.headers.get("content-type")!, /^text\/csv/);
  Deno.writeTextFileSync(folder.of("bars.csv"), await response.text());
  using db = await duckdb();
  const [{ count, close }] = await db.rows(
    `SELECT count(*)::INT AS count, sum(official_close) AS close FROM '${folder.of("bars.csv")}'`,
  );
  assert.equal(count, rows.length);
  assert.equal(close, rows.reduce((sum, { official_close }) => sum + Number(official_close), 0));
});

Deno.test("quotes are answered for each minute of a day, as by the command `quotes`", async () => {
  using folder = temporaryDirectory();
  const isin = "DE0007164600";
  const at = (time: string, columns: QuoteInput) => ({
    hour: time.slice(0, 13),
    row: { isin, time, price_currency: "EUR", ...columns } as QuoteInput,
  });
  await publishQuotes(folder.path, "DGAT", [
    at("2026-09-01T07:00:10Z", { bid: 99.9, bid_quantity: 500, ask: 100.1, ask_quantity: 400 }),
    at("2026-09-01T07:30:00Z", { bid: 0, bid_quantity: 0 }),
    at("2026-09-01T08:10:00Z", { bid: 99.8, bid_quantity: 1 }),
  ]);
  await using served = await startServing(folder.path, "DGAT");
  const response = await fetch(`${served.url}/api/quotes?venue=DGAT&isin=${isin}&format=csv`);
  const command = ["quotes", "DGAT", "--isin", isin, "--every", "1m", "--csv"];
  const { stdout } = await runInOneProcess(["--wrk-dir", folder.path, ...command]);
  assert.ok(stdout.split("\r\n").length > 100);
  assert.equal(await response.text(), stdout);
  const none = await answered<{ rows: Row[]; files: string[] }>(
    served,
    `/api/quotes?venue=DGAT&isin=${isin}&date=2026-08-31`,
  );
  assert.deepEqual([none.rows, none.files], [[], []]);
});

Deno.test("a file is served as it is stored, also in ranges, and its ETag changes with its version", async () => {
  await using served = await startServing(store.path);
  const bytes = Deno.readFileSync(partitionPath(store.path, "DETR", DATE));
  const whole = await fetch(served.url + DAY);
  assert.deepEqual(new Uint8Array(await whole.arrayBuffer()), bytes);
  const etag = whole.headers.get("etag")!;
  const part = await fetch(served.url + DAY, { headers: { range: "bytes=-8" } });
  assert.deepEqual([part.status, part.headers.get("content-range")], [
    206,
    `bytes ${bytes.length - 8}-${bytes.length - 1}/${bytes.length}`,
  ]);
  assert.deepEqual(new Uint8Array(await part.arrayBuffer()), bytes.subarray(-8));
  const head = await fetch(served.url + DAY, { method: "HEAD" });
  assert.deepEqual([head.headers.get("content-length"), await head.text()], [String(bytes.length), ""]);
  assert.equal((await fetch(served.url + DAY, { headers: { "if-none-match": etag } })).status, 304);
  const beyond = await fetch(served.url + DAY, { headers: { range: `bytes=${bytes.length}-` } });
  assert.deepEqual([beyond.status, beyond.headers.get("content-range")], [416, `bytes */${bytes.length}`]);
});

const python = await pythonWith("mirror");

Deno.test({
  name: "DuckDB with its httpfs reads a partition by its address, by ranges",
  ignore: python === null,
  fn: async () => {
    await using served = await startServing(store.path);
    const script = `import duckdb, importlib.resources as r
e = r.files("duckdb_extension_httpfs").joinpath("extensions")
c = duckdb.connect()
c.execute(f"LOAD '{e}/v{duckdb.__version__}/httpfs.duckdb_extension'")
print(c.execute("SELECT count(*), sum(quantity) FROM '${served.url}${DAY}'").fetchone())`;
    await using reading = startCommand([python!, "-I", "-c", script]);
    const { code, stdout, stderr } = await reading.ended;
    assert.equal(code, 0, stderr);
    using db = await duckdb();
    const [{ rows, quantity }] = await db.rows(
      `SELECT count(*)::INT AS rows, sum(quantity) AS quantity FROM '${
        partitionPath(store.path, "DETR", DATE)
      }'`,
    );
    assert.deepEqual(JSON.parse(stdout.replace("(", "[").replace(")", "]")), [rows, quantity]);
  },
});

Deno.test("metrics are those that the cycles left, and healthz says that the server runs", async () => {
  await using served = await startServing(store.path);
  const lines = (await (await fetch(`${served.url}/metrics`)).text()).split("\n");
  for (const venue of VENUES) {
    const left = Deno.readTextFileSync(`${store.path}/.xetra-parqed/metrics-${venue}.prom`).split("\n");
    assert.deepEqual(left.filter((line) => !lines.includes(line)), []);
  }
  const types = lines.filter((line) => line.startsWith("# TYPE "));
  assert.equal(new Set(types).size, types.length, "each metric is said once");
  assert.deepEqual(await answered(served, "/healthz"), { ok: true });
});

Deno.test("warnings and errors of the daemon's log are shown, the newest first, and no others", async () => {
  using folder = temporaryDirectory();
  const line = (level: string, text: string) =>
    `2026-09-01 10:00:00.000 | ${level.padEnd(8)} | a:b:1 - ${text}\n`;
  Deno.writeTextFileSync(
    folder.of("log"),
    line("WARNING", "one") + line("INFO", "WARNING is a word") + line("ERROR", "two <script>"),
  );
  await using served = await startServing(store.path, "--daemon-log", folder.of("log"));
  const { lines } = await answered<{ lines: string[] }>(served, "/api/log");
  assert.deepEqual(lines.map((line) => line.split(" - ")[1]), ["two <script>", "one"]);
});

Deno.test("an event comes when a cycle has ended", async () => {
  using folder = temporaryDirectory();
  Deno.mkdirSync(folder.of(".xetra-parqed"));
  await using served = await startServing(folder.path, "DETR");
  const response = await fetch(`${served.url}/api/events`);
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  assert.match((await reader.read()).value!, /^retry:/);
  Deno.writeTextFileSync(folder.of(".xetra-parqed/status-DETR.json"), "{}");
  assert.match((await reader.read()).value!, /^event: cycle/);
  await reader.cancel();
});

Deno.test("an invalid request is answered with 400 and the reason, and an unknown path with 404", async () => {
  await using served = await startServing(store.path);
  const BAD: [path: string, says: RegExp][] = [
    ["/api/bars", /^venue must be one of DETR, DFRA$/m],
    ["/api/bars?venue=DXXX&isin=DE0007164600", /^venue/],
    ["/api/bars?venue=DETR&isin=..", /^isin must be/],
    ["/api/bars?venue=DETR&isin=DE0007164600&interval=2m", /^interval must be one of/],
    ["/api/bars?venue=DETR&isin=DE0007164600&interval=1m&from=2020-01-01&to=2026-09-01", /5 days at most/],
    ["/api/bars?venue=DETR&isin=DE0007164600&from=2026-09-02&to=2026-09-01", /turn them round/],
    ["/api/trades?venue=DETR&isin=DE0007164600&from=x&to=y", /^from must be a time/],
    ["/api/trades?venue=DETR&isin=DE0007164600&from=2020-01-01&to=2026-01-01", /a day at most/],
    ["/api/day?venue=DETR", /^date must be/],
    ["/api/instruments?venue=DETR&q=%27", /^q must be/],
  ];
  for (const [path, says] of BAD) {
    const response = await fetch(served.url + path);
    assert.equal(response.status, 400, path);
    assert.match(await response.text(), says);
  }
  for (const path of ["/api/", "/api/constructor", "/index.php", "/.git/config", "/data/", "/api/toString"]) {
    const response = await fetch(served.url + path);
    assert.equal(response.status, 404, path);
    await response.body?.cancel();
  }
});

Deno.test("a working directory without data is served, with nothing stored yet", async () => {
  using folder = temporaryDirectory();
  await using served = await startServing(folder.path);
  assert.deepEqual(await answered(served, "/api/status"), { shown: [], status: [] });
  assert.deepEqual([...Deno.readDirSync(folder.path)], [], "it only reads");
});

Deno.test("SIGTERM ends it with 0, also while a page listens for events", async () => {
  await using served = await startServing(store.path);
  const events = await fetch(`${served.url}/api/events`);
  served.child.kill("SIGTERM");
  assertForeseen(await served.ended, 0);
  await events.body?.cancel().catch(() => {});
});

Deno.test("a port in use is reported with 75, and an address of another machine is refused with 64", async () => {
  using taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = taken.addr as Deno.NetAddr;
  const busy = await runProgram(["--wrk-dir", store.path, "serve", "--listen", `127.0.0.1:${port}`]);
  assertForeseen(busy, 75);
  assert.match(busy.stderr, new RegExp(`Another program listens at 127.0.0.1:${port}: choose another port`));
  for (const address of ["0.0.0.0:8765", "192.168.0.7:80", "8765", "127.0.0.1:99999", "[::]:8765"]) {
    await using program = startProgram(["serve", "--listen", address]);
    assert.equal((await program.ended).code, 64, address);
  }
});
