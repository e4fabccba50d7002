import assert from "node:assert/strict";
import { makePortable } from "../../../scripts/release/portable.ts";
import { BIN } from "../../../scripts/release/product.ts";
import { busy } from "../../busy.ts";
import { commandsBelow } from "../../pages.ts";
import { awaited, canBoot, type Machine, nothingToWarnOf, onMachine, serveIn } from "./machine.ts";
import {
  becomes,
  DATA,
  follow,
  installProgram,
  printedIn,
  setUp,
  show,
  storesTrades,
  UNIT,
  VENUES,
} from "./service.ts";

const INSTALL = "dist/doc/install.md";
/** On a first day monitoring gets a warning until a cycle has ended. */
const WARNED = 1;

/** Follows commands of a page from the first to the last; the first check may come before the first cycle's end. */
async function followAll(machine: Machine, commands: readonly string[]): Promise<void> {
  for (const command of commands) {
    await follow(machine, command, ...(/ --check$/.test(command) ? [WARNED] : []));
  }
}

/** What the machine's journal holds, with everything that was written to it before. */
async function journal(machine: Machine, ...which: readonly string[]): Promise<string> {
  await machine.run("journalctl", "--sync");
  return await machine.run("journalctl", "--no-pager", ...which);
}

function killed(machine: Machine, signal: string): Promise<string> {
  return machine.run("systemctl", "kill", `--signal=${signal}`, "--kill-who=main", UNIT);
}

Deno.test({
  name:
    "on a real systemd, README's commands, as they stand there, lead from the program to the first stored trades",
  ignore: !canBoot,
  fn: () =>
    onMachine(async (machine) => {
      await using replica = await serveIn(machine, { over: nothingToWarnOf(VENUES) });
      setUp(machine, replica.apiUrl);
      await makePortable(BIN); // deno task portable
      const start = performance.now();
      const program = commandsBelow("README.md", "Install").filter((command) => !command.startsWith("deno "));
      await followAll(machine, [...program, ...commandsBelow("README.md", "Run unattended").slice(0, 5)]);
      await storesTrades(machine);
      console.log(
        `from the portable program to the first stored trades: ${
          ((performance.now() - start) / 1000).toFixed(1)
        } s`,
      );
    }),
});

Deno.test({
  name:
    "on a real systemd, the service of install.md lives through reload, watchdog, kill, a deleted cache and other " +
    "venues, and ends when it is told to",
  ignore: !canBoot,
}, async (t) => {
  await onMachine(async (machine) => {
    await using replica = await serveIn(machine, { over: nothingToWarnOf(VENUES) });
    /** A step whose failure ends the test. */
    const step = async (name: string, work: () => Promise<void>) => assert.ok(await t.step(name, work), name);
    const pid = () => show(machine, "MainPID");
    const restarts = async () => Number(await show(machine, "NRestarts"));
    /** Asserts that systemd starts the service again after this, and that it works. */
    const restartsAfter = async (act: () => Promise<unknown>) => {
      const before = await restarts();
      await act();
      await becomes(machine, "NRestarts", new RegExp(`^${before + 1}$`));
      await becomes(machine, "StatusText", /^(Waiting|Cycle)/);
    };

    await step(
      "its page's commands install, start and reload it: READY, stored, status --check 0",
      async () => {
        await installProgram(machine);
        setUp(machine, replica.apiUrl);
        const commands = commandsBelow(INSTALL, "As a service of systemd");
        const [check] = commands.filter((command) => / --check$/.test(command));
        await followAll(machine, commands);
        const first = await pid();
        await storesTrades(machine);
        await becomes(machine, "StatusText", /^Waiting until /);
        assert.equal(
          (await follow(machine, check)).stdout,
          "DETR: fine\n",
        );
        await follow(machine, "systemctl reload xetra-parqed");
        assert.deepEqual([await pid(), await restarts()], [first, 0]);
      },
    );
    await step("what it stores is its user's, and its group may read it", async () => {
      const { stdout } = await machine.shell(
        `stat -c '%U:%G %a' ${DATA}/data $(find ${DATA} -name trades.parquet) | sort -u`,
      );
      assert.equal(stdout, "xetra:xetra 640\nxetra:xetra 750\n");
    });
    await step("it is exposed as the page says", async () => {
      const { stdout } = await follow(machine, "systemd-analyze security --no-pager xetra-parqed");
      assert.match(stdout, /Overall exposure level for xetra-parqed\.service: 1\.1 OK/);
    });
    await step("a daemon that hangs is bitten by the watchdog, which it feeds otherwise", async () => {
      await new Promise((resolve) => setTimeout(resolve, 7_000));
      assert.equal(await restarts(), 0);
      await restartsAfter(() => killed(machine, "SIGSTOP"));
      assert.match(await journal(machine, "--unit", "init.scope", "--unit", UNIT), /Watchdog timeout/);
    });
    await step(
      "one that is killed is started again, and takes its PID file over with one warning",
      async () => {
        await restartsAfter(() => killed(machine, "SIGKILL"));
        const invocation = await show(machine, "InvocationID");
        const said = await journal(machine, "--output=cat", `_SYSTEMD_INVOCATION_ID=${invocation}`);
        assert.equal(said.match(/WARNING .*Taking over the PID file/g)?.length, 1, said);
      },
    );
    await step("one whose cache is deleted ends at the next cycle, and unpacks itself anew", async () => {
      await restartsAfter(async () => {
        await machine.run("rm", "-rf", "/var/cache/xetra/xetra-parqed");
        await killed(machine, "SIGUSR2");
      });
      await becomes(machine, "StatusText", /^Waiting until /);
    });
    await step(
      "installed over a running one with other venues, what it prints makes them collected",
      async () => {
        const printed = printedIn(
          await follow(machine, "sudo xetra-parqed install-service DETR DFRA --interval 15m"),
        );
        await followAll(machine, printed);
        const command = await machine.run("cat", `/proc/${await pid()}/cmdline`);
        assert.match(command.replaceAll("\0", " "), /fetch-trades DETR DFRA --daemon --interval 15m/);
        await becomes(machine, "StatusText", /^Waiting until /);
      },
    );
    await step(
      "the page's commands upgrade it, and its user runs what the service has unpacked",
      async () => {
        const [_install, ...commands] = commandsBelow(INSTALL, "Upgrade");
        await followAll(machine, commands);
        assert.equal((await machine.shell(`find ${DATA} -name .cache`)).stdout, "");
      },
    );
    await step("stopped, it ends with 0 in less than five seconds and leaves no PID file", async () => {
      const start = performance.now();
      await machine.run("systemctl", "stop", UNIT);
      assert.ok(performance.now() - start < busy() * 5_000);
      assert.deepEqual([await show(machine, "Result"), await show(machine, "ExecMainStatus")], [
        "success",
        "0",
      ]);
      assert.equal((await machine.shell("find /run/xetra -type f 2>/dev/null || true")).stdout, "");
    });
    await step("the page's commands uninstall it, and data stay", async () => {
      await machine.run("systemctl", "start", UNIT);
      await followAll(machine, commandsBelow(INSTALL, "Uninstall"));
      assert.equal(await show(machine, "LoadState"), "not-found");
      await storesTrades(machine);
    });
    await step("as four instances it runs as well, each with a folder of its own", async () => {
      await installProgram(machine);
      setUp(machine, replica.apiUrl, `${UNIT}@`);
      await followAll(
        machine,
        printedIn(await follow(machine, `xetra-parqed install-service ${VENUES.join(" ")} --per-venue`)),
      );
      for (const venue of VENUES) await becomes(machine, "StatusText", /^Waiting until /, `${UNIT}@${venue}`);
      await awaited(async () => {
        const check = await machine.shell(
          `sudo -u xetra xetra-parqed --wrk-dir ${DATA} status ${VENUES.join(" ")} --check`,
        );
        return check.code === 0 ? true : null;
      });
      assert.equal(await machine.run("ls", "/run/xetra"), VENUES.toSorted().join("\n"));
      await machine.run("systemctl", "stop", `${UNIT}@*`);
    });
  });
});
