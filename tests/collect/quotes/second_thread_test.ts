import assert from "node:assert/strict";
import { basename } from "node:path";
import { QUOTES_BY_HOUR } from "../../../src/store/datasets.ts";
import { filesBelow } from "../../e2e/disk.ts";
import { DATE, HOUR, MINUTES, spooledQuotes, type StoredQuotes } from "./hours.ts";

const DGAT = { service: "DGAT-pretrade", date: DATE, minutes: MINUTES, rows: 400, odd: true };

/** Six files, of which the fourth was cut short on the disk. */
async function spooled(): Promise<StoredQuotes> {
  const store = await spooledQuotes("DGAT", ["pretrade"], [DGAT]);
  const { path } = store.spool.files(DATE)[3];
  Deno.truncateSync(path, Deno.statSync(path).size - 100);
  return store;
}

/** Publishes in a process with a second thread. */
async function publishInTwoThreads({ path }: StoredQuotes, ...mode: string[]) {
  const script = new URL("publish_in_two_threads.ts", import.meta.url).pathname;
  const command = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", script, path, ...mode],
  });
  const { code, stdout, stderr } = await command.output();
  assert.equal(code, 0, new TextDecoder().decode(stderr));
  return JSON.parse(new TextDecoder().decode(stdout));
}

/** The partition's bytes, and the names of all files. */
function left({ path, spool }: StoredQuotes) {
  const partition = Deno.readFileSync(spool.layout.partition(QUOTES_BY_HOUR, "DGAT", HOUR));
  return { partition, names: filesBelow(path).map((file) => basename(file)).sort() };
}

Deno.test("an hour that two threads ingest has the same bytes and findings as that of one, also when the second thread fails", async () => {
  using alone = await spooled();
  const findings = JSON.parse(JSON.stringify(await alone.publish(), withPathBelow(alone.path)));
  assert.ok(findings.some(({ kind }: { kind: string }) => kind === "damaged raw file"));
  for (const mode of [[], ["failing"]]) {
    using together = await spooled();
    const done = await publishInTwoThreads(together, ...mode);
    assert.deepEqual(JSON.parse(JSON.stringify(done.findings, withPathBelow(together.path))), findings);
    assert.ok(
      mode.length > 0 ? done.ingested === null : done.ingested > 0,
      `${mode}: ${done.ingested} files`,
    );
    assert.deepEqual(left(together), left(alone));
  }
});

/** Leaves out the folder, which differs, from the paths in what is written as JSON. */
function withPathBelow(folder: string) {
  return (_key: string, value: unknown) => typeof value === "string" ? value.replaceAll(folder, "") : value;
}
