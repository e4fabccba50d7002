import assert from "node:assert/strict";
import * as fault from "../../scripts/replica/fault_kinds.ts";
import { type Replica, startReplica } from "../../scripts/replica/server.ts";
import { assertHoldsTruth } from "../collect/quotes/hours.ts";
import { filesBelow } from "./disk.ts";
import { logOf } from "./evidence.ts";
import { AMPLE_QUOTA, type Run, temporaryDirectory } from "./harness.ts";
import { runInOneProcess } from "./one_process.ts";

const DATE = "2026-09-01";
/** UTC: ten minutes before ten, and five after. */
const SERVED = { date: DATE, rows: 240, instruments: 20, minutes: { from: 590, until: 605 } };

/** Each service has its own keys. */
const CORE = [
  ...["updateDateAndTime", "bestBid", "bestBidQty", "bestAsk", "bestAskQty", "instrumentIdentificationCode"]
    .map((key) => ["DETR", key] as const),
  ...["bid", "askQty"].map((key) => ["DGAT", key] as const),
];

for (const [venue, key] of CORE) {
  Deno.test(`when ${venue} renames ${key}, its files are kept and reported, and earlier hours stay as they are`, async () => {
    const quotes = [{ service: `${venue}-pretrade`, ...SERVED }];
    await using replica = await startReplica({ days: [], quotes, listed: { until: `${DATE}T10:00` } });
    using dir = temporaryDirectory();
    assert.equal((await fetchQuotes(replica, dir.path, venue)).code, 0);
    const before = await assertHoldsTruth(dir, [{ ...quotes[0], minutes: { from: 590, until: 600 } }]);
    assert.ok(before > 100);

    replica.listed.until = null;
    replica.inject("storage", fault.renamedKey(key));
    for (let run = 1; run <= 2; run++) {
      const renamed = await fetchQuotes(replica, dir.path, venue);
      assert.equal(renamed.code, 3, renamed.stderr);
      const [error] = logOf(renamed).filter((line) => line.startsWith("ERROR "));
      assert.match(error, /5 files of \w+ not understood/);
      assert.ok(error.includes(`${key}Renamed`), error);
    }
    assert.equal(filesBelow(`${dir.path}/data/de/xetra/raw`).length, 5);
    assert.equal(await assertHoldsTruth(dir, [{ ...quotes[0], minutes: { from: 590, until: 600 } }]), before);
  });
}

function fetchQuotes({ apiUrl }: Replica, dir: string, venue: string): Promise<Run> {
  return runInOneProcess([
    ...["--wrk-dir", dir, "fetch-quotes", venue, "--api-url", apiUrl],
    ...["--quota", AMPLE_QUOTA],
  ]);
}
