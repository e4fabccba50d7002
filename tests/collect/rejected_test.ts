import assert from "node:assert/strict";
import { gunzipSync } from "node:zlib";
import { acceptFile } from "../../src/collect/verify/accept.ts";
import { readmitRejected, rejectedNames } from "../../src/collect/rejected.ts";
import { minuteFile } from "../../src/feed/file_names.ts";
import { treeOf } from "../e2e/evidence.ts";
import { lines, Venue } from "./daily_files.ts";
import { minutesOf } from "./situations.ts";
import { RAW } from "../../src/store/datasets.ts";

Deno.test.sanitizer({ ops: true, resources: true });

const DATE = "2026-09-01";
const [A, B] = minutesOf(DATE, "09:00", 2).map(({ minute }) => minuteFile("DETR", DATE, minute));
const LATER = minuteFile("DETR", "2026-09-02", 540);

Deno.test("rejectedNames() returns the names that are not stored, by date, without the accepted ones", async () => {
  using venue = new Venue();
  assert.deepEqual(await rejectedNames(venue.spool), { all: new Set(), unaccepted: [] });
  for (const file of [LATER, A, B]) await venue.reject(file);
  const names = [A, B, LATER].map(({ name }) => name);
  assert.deepEqual(await rejectedNames(venue.spool), { all: new Set(names), unaccepted: names });
  assert.deepEqual(await acceptFile(venue.publisher, B.name), { kind: "silenced" });
  assert.deepEqual(await rejectedNames(venue.spool), {
    all: new Set(names),
    unaccepted: [A.name, LATER.name],
  });
  await venue.spoolMinute(`${DATE}T09:00`, lines(`${DATE}T09:00`, 3));
  await venue.daily("2026-09-02", lines("2026-09-02T09:00", 2), [LATER]);
  assert.deepEqual(await rejectedNames(venue.spool), { all: new Set([B.name]), unaccepted: [] });
});

Deno.test("acceptFile() accepts the rejected bytes, and not a file that may still come under their name", async () => {
  using venue = new Venue();
  await venue.reject(A);
  assert.deepEqual(await acceptFile(venue.publisher, A.name), { kind: "silenced" });
  const record = JSON.parse(Deno.readTextFileSync(venue.layout.acceptedRecord("DETR")));
  assert.deepEqual(record.names, [`rejected/${A.name}`]);
  assert.deepEqual(await acceptFile(venue.publisher, B.name), { kind: "unknown" });
});

Deno.test("readmitRejected() takes bytes that are a file after all, accepted ones only by force, and none of a stored name", async () => {
  using venue = new Venue();
  const { spool, layout } = venue;
  const text = `${lines(`${DATE}T09:00`, 3).join("\n")}\n`;
  for (const file of [A, B]) {
    await venue.reject(file);
    Deno.writeTextFileSync(layout.rejectedFile(file), text);
  }
  await acceptFile(venue.publisher, B.name);
  await readmitRejected(venue.publisher, DATE, false);
  assert.deepEqual(spool.files(DATE).map(({ file }) => file.name), [A.name]);
  await readmitRejected(venue.publisher, DATE, true);
  assert.deepEqual(spool.files(DATE).map(({ file }) => file.name), [A.name, B.name]);
  assert.equal(gunzipSync(Deno.readFileSync(layout.rawFile(B))).toString(), text);

  for (const spooled of spool.files(DATE)) await venue.publish(spooled);
  Deno.removeSync(layout.rawFile(A));
  await venue.reject(A);
  Deno.writeTextFileSync(layout.rejectedFile(A), `${text}{}\n`);
  const before = treeOf(layout.venues(RAW));
  await readmitRejected(venue.publisher, DATE, true);
  assert.deepEqual(treeOf(layout.venues(RAW)), before, "the ledger has other bytes of this name");
});
