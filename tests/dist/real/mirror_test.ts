import assert from "node:assert/strict";
import { blocks, commandsBelow, PAGES } from "../../pages.ts";
import { duckdb, startCommand } from "../../e2e/harness.ts";
import { isPossible } from "../../e2e/possible.ts";
import { pythonWith } from "../../readers/environments.ts";
import { cephPackages } from "./ceph_packages.ts";
import { awaited, canBoot, type Machine, nothingToWarnOf, onMachine, serveIn } from "./machine.ts";
import { ENDPOINT, KEY, startObjectStore } from "./object_store.ts";
import { becomes, DATA, follow, installProgram, PROGRAM, show } from "./service.ts";

const PAGE = "dist/doc/mirror.md";
const MIRROR = "xetra-parqed-mirror";
const MARKET = `${DATA}/data/de/xetra`;
/** The files of a market in a mirror. */
const MIRRORED = ["trades", "bars_1m", "bars_1d"];
const BUCKET = "trades-of-mine";
/** Bytes a second at which a file takes seconds. */
const SLOW = "[Service]\nEnvironment=RCLONE_BWLIMIT=8k\n";

const hasRclone = await isPossible("rclone", "version");
if (!hasRclone) console.log("left out: a mirror needs rclone");
const ceph = canBoot && hasRclone ? await cephPackages() : null;
const python = ceph === null ? null : await pythonWith("mirror");

/** The settings of the page, for the store that is here. */
function settings(): string {
  const [page] = blocks(PAGES.get(PAGE)!, "ini");
  return page.replace("https://s3.example.org", ENDPOINT).replace(" KEY\n", ` ${KEY.id}\n`)
    .replace("SECRET", KEY.secret).replace("BUCKET", BUCKET);
}

/** Stores days of venues and their bars, as the service's user. */
async function collect(machine: Machine, apiUrl: string, venues: readonly string[]): Promise<void> {
  const run = (command: string) =>
    machine.shell(
      `chown -R xetra:xetra ${DATA} && sudo -u xetra env XETRA_PARQED_API_URL=${apiUrl} XETRA_PARQED_CACHE=/tmp/cache ` +
        `${PROGRAM} --wrk-dir ${DATA} ${command}`,
    );
  for (const command of [`fetch-trades ${venues.join(" ")}`, `bars ${venues.join(" ")}`]) {
    const { code, stderr } = await run(command);
    assert.equal(code, 0, stderr);
  }
}

const rclone = (machine: Machine, command: string) =>
  machine.shell(`rclone --config /etc/xetra-parqed/rclone.conf ${command}`);

/** When each object of the mirror was put there. */
async function objects(machine: Machine): Promise<Map<string, string>> {
  const { stdout } = await rclone(machine, "lsjson --recursive --files-only store:" + BUCKET);
  const listed: { Path: string; ModTime: string }[] = JSON.parse(stdout || "[]");
  return new Map(listed.map(({ Path, ModTime }) => [Path, ModTime]));
}

/** The files of a market here that a mirror has, below it. */
async function filesHere({ run }: Machine, market = MARKET): Promise<string[]> {
  const found = await run("sh", "-c", `cd ${market} && find ${MIRRORED.join(" ")} -type f | sort`);
  return found.split("\n");
}

/** Asserts that each object is, byte for byte, a stored file. */
async function assertWhole(machine: Machine): Promise<void> {
  const { code, stdout, stderr } = await machine.shell(
    `rm -rf /tmp/there && rclone --config /etc/xetra-parqed/rclone.conf copy mirror: /tmp/there
     cd /tmp/there && find . -type f | while read file; do cmp "$file" "${MARKET}/$file"; done`,
  );
  assert.equal(code, 0, stdout + stderr);
}

Deno.test({
  name:
    "mirror.md on a real systemd and a real object store: a copy, the next one, a killed one and a restore, byte for byte",
  ignore: ceph === null,
}, async (t) => {
  await onMachine(async (machine) => {
    const step = async (name: string, work: () => Promise<void>) => assert.ok(await t.step(name, work), name);
    await using replica = await serveIn(machine, { over: nothingToWarnOf(["DETR", "DFRA", "DGAT"]) });
    await using _store = await startObjectStore(ceph!, machine.network);
    await installProgram(machine);
    await machine.run(..."useradd --system --user-group --home-dir /var/lib/xetra xetra".split(" "));
    await machine.run("mkdir", "-p", DATA, "/etc/xetra-parqed");
    Deno.writeTextFileSync(`${machine.root}/etc/xetra-parqed/rclone.conf`, settings());
    assert.equal((await rclone(machine, `mkdir store:${BUCKET}`)).code, 0);
    await collect(machine, replica.apiUrl, ["DETR"]);

    await step("its page's commands copy all that is stored, and set the timer", async () => {
      for (const command of commandsBelow(PAGE, "Set it up")) await follow(machine, command);
      assert.equal(await show(machine, "Result", MIRROR), "success");
      assert.match(await show(machine, "NextElapseUSecRealtime", `${MIRROR}.timer`), /\d/);
      const expected = (await filesHere(machine)).map((file) => `xetra/${file}`);
      assert.deepEqual([...(await objects(machine)).keys()].sort(), expected);
      await assertWhole(machine);
    });

    await step("DuckDB and PyArrow read in the bucket what DuckDB reads here", async () => {
      using database = await duckdb();
      const [{ rows, quantity }] = await database.rows(
        `SELECT count(*)::INT AS rows, sum(quantity) AS quantity
         FROM '${machine.root}${MARKET}/trades/*/*/*/*/*.parquet'`,
      );
      const script = new URL("read_bucket.py", import.meta.url).pathname;
      const argv = [
        ...machine.network,
        python!,
        "-I",
        script,
        ENDPOINT,
        KEY.id,
        KEY.secret,
        `${BUCKET}/xetra`,
      ];
      await using reading = startCommand(argv);
      const { code, stdout, stderr } = await reading.ended;
      assert.equal(code, 0, stderr);
      assert.deepEqual(JSON.parse(stdout), { duckdb: [rows, quantity], pyarrow: [rows, quantity] });
    });

    await step("the next copy puts what is new, and nothing else", async () => {
      const before = await objects(machine);
      await collect(machine, replica.apiUrl, ["DETR", "DFRA"]);
      await follow(machine, `systemctl start ${MIRROR}`);
      const after = await objects(machine);
      for (const [path, put] of before) assert.equal(after.get(path), put, path);
      assert.ok([...after.keys()].some((path) => path.includes("venue=DFRA")));
      await assertWhole(machine);
    });

    await step("a copy that is killed leaves whole files, and the one after it ends the work", async () => {
      const before = (await objects(machine)).size;
      await collect(machine, replica.apiUrl, ["DETR", "DFRA", "DGAT"]);
      await slowDown(machine, SLOW);
      await follow(machine, `systemctl start --no-block ${MIRROR}`);
      await awaited(async () => (await objects(machine)).size > before ? true : null);
      await machine.run("systemctl", "kill", "--signal=KILL", MIRROR);
      await becomes(machine, "ActiveState", /^failed$/, MIRROR);
      assert.ok((await objects(machine)).size < (await filesHere(machine)).length);
      await assertWhole(machine);
      await slowDown(machine, "");
      await follow(machine, `systemctl start ${MIRROR}`);
      assert.equal((await objects(machine)).size, (await filesHere(machine)).length);
      await assertWhole(machine);
    });

    await step("what is gone here stays there, and a restore is what was stored", async () => {
      await machine.run("mv", MARKET, "/tmp/before");
      await machine.run("mkdir", "-p", MARKET);
      await follow(machine, `systemctl start ${MIRROR}`);
      for (const command of commandsBelow(PAGE, "Restore")) {
        await follow(
          machine,
          command.replace(
            " xetra-parqed ",
            ` env XETRA_PARQED_API_URL=${replica.apiUrl} XETRA_PARQED_CACHE=/tmp/cache ${PROGRAM} `,
          ).replace("DETR DFRA DGAT DEUR", "DETR DFRA DGAT"),
        );
      }
      for (const folder of MIRRORED) {
        await machine.run("diff", "-r", `/tmp/before/${folder}`, `${MARKET}/${folder}`);
      }
    });
  });
});

/** Gives the mirror additional settings, or removes them. */
async function slowDown({ root, run }: Machine, settings: string): Promise<void> {
  const folder = `${root}/etc/systemd/system/${MIRROR}.service.d`;
  Deno.mkdirSync(folder, { recursive: true });
  Deno.writeTextFileSync(`${folder}/override.conf`, settings);
  await run("systemctl", "daemon-reload");
}
