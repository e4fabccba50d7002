import assert from "node:assert/strict";
import { dirname, join } from "node:path";
import { publishRows, refresh } from "../../derive/stores.ts";
import { BAKED_FLAGS } from "../../../scripts/release/flags.ts";
import { giveTo, isRoot } from "../../dist/portable.ts";
import { logOf, onlyErrorOf } from "../../e2e/evidence.ts";
import { runProgram, startCommand, type TemporaryDirectory, temporaryDirectory } from "../../e2e/harness.ts";
import { LAUNCHER } from "../../dist/unit.ts";
import { pythonWith } from "../../readers/environments.ts";
import { trade } from "../../store/trades.ts";

/** DuckDB's own program, which PyPI has as a package. */
const python = await pythonWith("analysis");
const DUCKDB = python && join(dirname(python), "duckdb");

/** Whose the data are. */
const SERVICE = 990;

const ROWS = [{ date: "2026-09-01", row: trade({ price: 100.25, quantity: 3, modification_flag: "-" }) }];

/** A working directory whose name is as odd as people make them, with a trade of two venues and a bar of one. */
async function stored({ of }: TemporaryDirectory): Promise<string> {
  const dir = of("o'clock [1] *");
  for (const venue of ["DETR", "DEUR"]) await publishRows(dir, venue, ROWS);
  await refresh(dir, "DETR");
  return dir;
}

const connect = (dir: string, ...args: string[]) => runProgram(["--wrk-dir", dir, "connect", ...args]);

Deno.test({
  name:
    'duckdb -init "$(xetra-parqed connect)" has the views, wherever the data lie, and changes no database',
  ignore: DUCKDB === null,
  async fn() {
    using folder = temporaryDirectory();
    const dir = await stored(folder);
    const script = `cd "$1" && "$2" my.db "CREATE TABLE mine AS SELECT 1" && cd "$3" &&
      "$2" -init "$("$4" connect)" -readonly -csv -noheader "$1/my.db" "$5"`;
    const query = "SELECT venue, isin, close FROM bars('DE0007164600', '1h'); SELECT count(*) FROM trades; " +
      "FROM duckdb_views() SELECT bool_and(temporary) WHERE NOT internal; FROM mine";
    await using shell = startCommand([
      "sh",
      "-euc",
      script,
      "sh",
      folder.path,
      DUCKDB!,
      dir,
      LAUNCHER,
      query,
    ]);
    const { code, stdout, stderr } = await shell.ended;
    assert.equal(code, 0, stderr);
    assert.deepEqual(stdout.trim().split("\n"), ["DETR,DE0007164600,100.25", "2", "true", "1"]);
  },
});

Deno.test("connect prints the path of a file beside the other state, one for each choice of venues, and nothing else", async () => {
  using folder = temporaryDirectory();
  const dir = await stored(folder);
  const all = await connect(dir);
  assert.deepEqual([all.code, all.stdout], [0, `${dir}/.xetra-parqed/views.sql\n`]);
  assert.deepEqual(logOf(all), [
    "INFO no bars are stored of DEUR: xetra-parqed bars DEUR --all makes them; then connect again",
  ]);
  const one = await connect(dir, "DETR");
  assert.deepEqual([one.code, one.stdout, one.stderr], [0, `${dir}/.xetra-parqed/views-DETR.sql\n`, ""]);
  const elsewhere = await connect(dir, "DETR", "--output", folder.of("my views.sql"));
  assert.equal(elsewhere.stdout, `${folder.of("my views.sql")}\n`);
  const text = (path: string) => Deno.readTextFileSync(path.trim());
  assert.equal(text(elsewhere.stdout), text(one.stdout));
  assert.notEqual(text(all.stdout), text(one.stdout));
});

Deno.test("connect names the venues for which nothing is stored, since their empty views do not say so", async () => {
  using folder = temporaryDirectory();
  const none = await connect(folder.path);
  assert.deepEqual([none.code, logOf(none)], [
    0,
    [`WARNING no trades are stored below ${folder.path}: the views are empty`],
  ]);
  const dir = await stored(folder);
  const some = await connect(dir, "DETR", "DFRA");
  assert.deepEqual([some.code, logOf(some)], [
    0,
    ["WARNING DFRA: no trades are stored: its views are empty"],
  ]);
});

/** Root without its powers is somebody like others. */
const ANALYST = ["setpriv", "--bounding-set=-all"];

Deno.test({
  name:
    "who may read the data but not write beside them can connect where the file is the same, or by --output",
  ignore: !isRoot,
  async fn() {
    using folder = temporaryDirectory();
    const dir = await stored(folder);
    const ask = (...args: string[]) =>
      runProgram(["--wrk-dir", dir, "connect", ...args], {
        deno: ["run", "--quiet", ...BAKED_FLAGS],
        under: ANALYST,
      });
    const path = (await connect(dir)).stdout;
    giveTo(SERVICE, dir);
    new Deno.Command("chmod", { args: ["-R", "o+rX", dir] }).outputSync();
    const same = await ask();
    assert.deepEqual([same.code, same.stdout], [0, path]);
    const refused = await ask("DETR");
    assert.match(
      onlyErrorOf(refused, 73),
      /^cannot write .*views-DETR\.sql: no permission; .*, or another file by --output$/,
    );
    assert.equal(refused.stdout, "");
    const named = await ask("DETR", "--output", join(dir, "views.sql"));
    assert.match(onlyErrorOf(named, 73), /: no permission; change .*, or choose another --output$/);
    const elsewhere = await ask("DETR", "--output", folder.of("views.sql"));
    assert.deepEqual([elsewhere.code, elsewhere.stdout], [0, `${folder.of("views.sql")}\n`]);
  },
});
