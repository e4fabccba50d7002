import assert from "node:assert/strict";
import { join } from "node:path";
import { type Replica, startReplica } from "../../scripts/replica/server.ts";
import { assertHoldsTruth } from "../collect/quotes/hours.ts";
import { filesBelow } from "../e2e/disk.ts";
import { assertForeseen, onlyErrorOf } from "../e2e/evidence.ts";
import { AMPLE_QUOTA, downloadsDuring, fetchArgs, runProgram, temporaryDirectory } from "../e2e/harness.ts";
import { canMount, ownDisks } from "../e2e/own_disk.ts";
import { assertStoresTruth } from "../e2e/truth.ts";

const DATE = "2026-09-01";
/** Twenty minutes of two hours. */
const MINUTES = { from: 590, until: 610 };
const TRADES = { venue: "DGAT", date: DATE, trades: 2_000, minutes: MINUTES };
const QUOTES = { service: "DGAT-pretrade", date: DATE, rows: 600, instruments: 40, minutes: MINUTES };
const HOURS = "data/de/xetra/quotes";
const RAW = "data/de/xetra/raw";
/** Takes all that is left of a disk, to the last page. */
const FILL = 'cat /dev/zero > "$1/fill" 2> /dev/null || true';
const MAKE_ROOM = 'rm "$1/fill"';

Deno.test({
  name:
    "where only trades have room left, quotes stop before they ask for a file, and trades go on; with room all quotes come",
  ignore: !canMount,
}, async () => {
  await using replica = await served();
  using folder = temporaryDirectory();
  const dir = folder.of("work");
  await using disk = await ownDisks({ [dir]: "300m" });
  await disk.run('head -c 200m /dev/zero > "$1/fill"', dir);
  let message = "";
  const downloads = await downloadsDuring(replica, async () => {
    message = onlyErrorOf(await runProgram(quotesArgs(replica, dir), disk), 73);
  });
  assert.match(
    message,
    /^DGAT: the disk has \d+ MB free; the next \d+ files take \d+ MB .*Quotes stop, trades go on: make room$/,
  );
  assert.deepEqual(downloads, []);
  assertForeseen(await runProgram(fetchArgs(replica, dir, ["DGAT"]), disk), 0);
  assert.equal(await assertStoresTruth(disk.seen(dir), replica), TRADES.trades);
  await disk.run(MAKE_ROOM, dir);
  assertForeseen(await runProgram(quotesArgs(replica, dir), disk), 0);
  assert.ok(await assertHoldsTruth({ path: disk.seen(dir) }, [QUOTES]) > 5_000);
});

for (
  const [place, asksAgain] of [[HOURS, false], [RAW, true]] as const
) {
  Deno.test({
    name:
      `a disk that fills up below ${place} costs no quote: 73 names the file, what is stored stays, and with room all is there`,
    ignore: !canMount,
  }, async () => {
    await using replica = await served({ until: `${DATE}T10:00` });
    using folder = temporaryDirectory();
    const dir = folder.of("work");
    await using disk = await ownDisks({ [join(dir, place)]: "2m" });
    assertForeseen(await runProgram(quotesArgs(replica, dir), disk), 0);
    const first = { ...QUOTES, minutes: { from: 590, until: 600 } };
    const before = await assertHoldsTruth({ path: disk.seen(dir) }, [first]);

    await disk.run(FILL, join(dir, place));
    replica.listed.until = null;
    const error = onlyErrorOf(await runProgram(quotesArgs(replica, dir), disk), 73);
    assert.match(error, new RegExp(`^DGAT: cannot write ${join(dir, place)}/\\S+: the disk is full`));
    assert.equal(await assertHoldsTruth({ path: disk.seen(dir) }, [first]), before);

    await disk.run(MAKE_ROOM, join(dir, place));
    const again = await downloadsDuring(replica, async () => {
      assertForeseen(await runProgram(quotesArgs(replica, dir), disk), 0);
    });
    assert.equal(again.length > 0, asksAgain);
    assert.ok(await assertHoldsTruth({ path: disk.seen(dir) }, [QUOTES]) > before);
    const left = filesBelow(disk.seen(dir)).filter((path) => /unfinished|\.json\.gz$/.test(path));
    assert.deepEqual(left, []);
  });
}

function served(listed?: { until: string }): Promise<Replica> {
  return startReplica({ days: [TRADES], quotes: [QUOTES], ...listed && { listed } });
}

function quotesArgs({ apiUrl }: Replica, dir: string): string[] {
  return [
    ...["--wrk-dir", dir, "fetch-quotes", "DGAT", "--api-url", apiUrl],
    ...["--quota", AMPLE_QUOTA],
  ];
}
