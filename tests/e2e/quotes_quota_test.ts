import assert from "node:assert/strict";
import { startReplica } from "../../scripts/replica/server.ts";
import { assertForeseen, reached } from "./evidence.ts";
import { startProgram, temporaryDirectory } from "./harness.ts";

const DATE = "2026-09-01";
const TRADES = { venue: "DETR", date: DATE, trades: 100, minutes: { from: 480, until: 510 } };
const QUOTES = { service: "DGAT-pretrade", date: DATE, rows: 20, minutes: { from: 480, until: 520 } };
const QUOTA = { downloads: 10, seconds: 6 };
/** What may be under way when the trades begin. */
const IN_FLIGHT = 4;
/** Their last files are no backlog any more. */
const LAST_OF_TRADES = 6;

Deno.test("a process that fetches quotes waits while another one has a backlog of trades, says so, and then goes on", async () => {
  await using replica = await startReplica({ days: [TRADES], quotes: [QUOTES], quota: QUOTA });
  using dir = temporaryDirectory();
  const fetching = (...command: string[]) =>
    startProgram([
      ...["--wrk-dir", dir.path, ...command, "--api-url", replica.apiUrl],
      ...["--quota", `${QUOTA.downloads}/${QUOTA.seconds}`],
    ]);
  const fetched = () => replica.requests.filter(({ place }) => place === "download");
  await using quotes = fetching("fetch-quotes", "DGAT");
  await reached(quotes, "quotes", () => fetched().length > 0);
  await using trades = fetching("fetch-trades", "DETR");
  assertForeseen(await trades.ended, 0);
  const waited = await quotes.ended;
  assertForeseen(waited, 0);
  assert.match(waited.stderr, /Quotes wait: trades have a backlog, and go first under the quota/);

  const order = fetched().map(({ name }) => name.includes("posttrade"));
  const from = order.indexOf(true);
  const backlog = order.slice(from, order.lastIndexOf(true)).slice(0, -LAST_OF_TRADES);
  const between = backlog.filter((isOfTrades) => !isOfTrades).length;
  assert.ok(between <= IN_FLIGHT, `${between} requests of quotes among ${backlog.length}`);
});
