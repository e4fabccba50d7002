import $ from "@david/dax";
import assert from "node:assert/strict";
import { SETTINGS } from "../../../scripts/package/places.ts";
import { duckdb, temporaryDirectory } from "../../e2e/harness.ts";
import { commandsBelow } from "../../pages.ts";
import { isPossible } from "../../e2e/possible.ts";
import { makeDebWithDeno, MAKING } from "../packages.ts";
import { awaited, canBoot, type Machine, nothingToWarnOf, onMachine, serveIn } from "./machine.ts";
import { becomes, DATA, follow, setUp, show, storesTrades, UNIT, VENUES } from "./service.ts";

/** For apt-get; the command of other package managers is in a comment there. */
const PAGE = commandsBelow("dist/doc/install.md", "With a package");
/** Enough files that an upgrade happens during a cycle that fetches them. */
const LONG_DAY = { venue: "DGAT", date: "2026-09-01", trades: 6_000 };
const hasDpkg = await isPossible("dpkg", "-s", "systemd", "logrotate", "libc6");

/** Puts two packages of this version there, one after the other. */
async function putPackages({ root, run }: Machine): Promise<void> {
  await run("rm", "-f", "/usr/sbin/policy-rc.d"); // images of containers have it, so that packages start nothing
  using folder = temporaryDirectory();
  for (const revision of [1, 2]) {
    const { path } = await makeDebWithDeno({ ...MAKING, revision }, $.path(folder.path));
    path.copyFileToDirSync(`${root}/opt`);
  }
}

/** Puts settings into the package's file of them. */
function configure({ root }: Machine, settings: Readonly<Record<string, string>>): void {
  let text = Deno.readTextFileSync(root + SETTINGS);
  for (const [name, value] of Object.entries(settings)) {
    text = text.replace(new RegExp(`^${name}=.*$`, "m"), `${name}="${value}"`);
  }
  Deno.writeTextFileSync(root + SETTINGS, text);
}

/** How many trades of a venue are stored, as DuckDB reads them. */
async function tradesOf({ root }: Machine, venue: string): Promise<number> {
  using database = await duckdb();
  const files = `${root}${DATA}/data/de/xetra/trades/venue=${venue}/*/*/*/trades.parquet`;
  return Number(await database.value(`SELECT count(*) FROM '${files}'`));
}

Deno.test({
  name:
    "on a real systemd, the .deb is installed, set up in its file, started, upgraded while it fetches without a loss, " +
    "removed and purged; data stay",
  ignore: !canBoot || !hasDpkg,
}, async (t) => {
  await onMachine(async (machine) => {
    /** A step whose failure ends the test. */
    const step = async (name: string, work: () => Promise<void>) => assert.ok(await t.step(name, work), name);
    const raw = async () =>
      (await machine.run("find", `${DATA}/data`, "-path", "*/raw/venue=DGAT/*", "-name", "DGAT-*.gz")).split(
        "\n",
      );
    await putPackages(machine);

    await step("installed by the page's commands it starts, stores trades and is fine", async () => {
      await using replica = await serveIn(machine, { over: nothingToWarnOf(VENUES) });
      setUp(machine, replica.apiUrl);
      const start = performance.now();
      for (const command of PAGE) await follow(machine, `cd /opt; ${command}`);
      await storesTrades(machine);
      console.log(
        `from the package to the first stored trades: ${((performance.now() - start) / 1000).toFixed(1)} s`,
      );
      await becomes(machine, "StatusText", /^Waiting until /);
      const check = `sudo -u xetra xetra-parqed --wrk-dir ${DATA} status ${VENUES.join(" ")} --check`;
      assert.equal((await follow(machine, check)).stdout, "DETR: fine\n");
    });
    await using _replica = await serveIn(machine, { over: [], open: [LONG_DAY] });
    const atFirst = await tradesOf(machine, "DGAT");
    await step(
      "upgraded while it fetches, it goes on with the new version where it was, and nothing is lost",
      async () => {
        configure(machine, { VENUES: "DGAT", OPTIONS: "--quota 100/5 --schedule '*/15 8-18 * * 1-5'" });
        await machine.run("systemctl", "restart", UNIT);
        await machine.run("systemctl", "kill", "--signal=SIGUSR2", "--kill-who=main", UNIT); // whatever the hour
        await awaited(async () => (await raw()).length > 50 ? true : null);
        const [before, first] = [await raw(), await show(machine, "MainPID")];
        await follow(machine, "dpkg --install /opt/*-2_*.deb");
        assert.notEqual(await show(machine, "MainPID"), first);
        assert.equal(await show(machine, "ActiveState"), "active");
        const after = new Set(await raw());
        assert.deepEqual(before.filter((path) => !after.has(path)), []);
        assert.equal(
          await machine.run("dpkg-query", "--show", "--showformat=${Version}", "xetra-parqed"),
          `${await machine.run("xetra-parqed", "--version")}-2`,
        );
        configure(machine, { OPTIONS: "--quota 10000/1" });
        await machine.run("systemctl", "restart", UNIT);
        await machine.run("systemctl", "kill", "--signal=SIGUSR2", "--kill-who=main", UNIT);
        await awaited(async () =>
          await tradesOf(machine, "DGAT") === atFirst + LONG_DAY.trades ? true : null
        );
        await becomes(machine, "StatusText", /^Waiting until /);
      },
    );
    await step(
      "removed, the service has ended and what it collected is there; installed again it finds its settings",
      async () => {
        await follow(machine, "dpkg --remove xetra-parqed");
        assert.deepEqual([await show(machine, "ActiveState"), await tradesOf(machine, "DGAT")], [
          "inactive",
          atFirst + LONG_DAY.trades,
        ]);
        await follow(machine, "dpkg --install /opt/*-2_*.deb && systemctl start xetra-parqed");
        await becomes(machine, "StatusText", /^Waiting until /);
      },
    );
    await step("purged, nothing is asked, settings are gone and data stay", async () => {
      await follow(machine, "dpkg --purge xetra-parqed </dev/null");
      assert.equal((await machine.shell(`ls ${SETTINGS} 2>/dev/null || true`)).stdout, "");
      assert.equal(await tradesOf(machine, "DGAT"), atFirst + LONG_DAY.trades);
    });
  });
});
