import assert from "node:assert/strict";
import { commandsBelow } from "../../pages.ts";
import { startCommand } from "../../e2e/harness.ts";
import { awaited, canBoot, nothingToWarnOf, onMachine, serveIn } from "./machine.ts";
import { becomes, DATA, follow, installProgram, PROGRAM } from "./service.ts";

const UNIT = "xetra-parqed-serve";
const PAGE = "http://127.0.0.1:8765";

Deno.test({
  name:
    "on a real systemd, page.md's commands start the page, which shows what is stored, can write nothing, and ends with 0",
  ignore: !canBoot,
  fn: () =>
    onMachine(async (machine) => {
      await using replica = await serveIn(machine, { over: nothingToWarnOf(["DETR"]) }, 9_765);
      await installProgram(machine);
      await machine.run(..."useradd --system --user-group --home-dir /var/lib/xetra xetra".split(" "));
      await machine.run("install", "-d", "-o", "xetra", "-g", "xetra", "-m", "0750", DATA);
      const fetched = await machine.shell(
        `sudo -u xetra env XETRA_PARQED_API_URL=${replica.apiUrl} XETRA_PARQED_CACHE=/tmp/cache ${PROGRAM} --wrk-dir ${DATA} fetch-trades DETR`,
      );
      assert.equal(fetched.code, 0, fetched.stderr);
      for (const command of commandsBelow("dist/doc/page.md", "As a service")) await follow(machine, command);
      const asked = async (path: string) => {
        const script =
          `const r = await fetch("${PAGE}${path}"); console.log(r.status + " " + await r.text())`;
        await using asking = startCommand([...machine.network, Deno.execPath(), "eval", script]);
        const { code, stdout } = await asking.ended;
        return code === 0 ? stdout : null;
      };
      await awaited(() => asked("/healthz"));
      assert.match((await asked("/api/status"))!, /^200 \{"shown":\["DETR"\]/);
      assert.match((await asked("/api/coverage?venue=DETR"))!, /^200 .*"trades":\d/);
      const pid = await machine.run("systemctl", "show", "--property=MainPID", "--value", UNIT);
      for (const folder of [DATA, "/etc", "/usr", "/var/log"]) {
        const tried = await machine.run(
          "nsenter",
          "-t",
          pid,
          "-m",
          "sh",
          "-c",
          `touch ${folder}/written 2>&1; true`,
        );
        assert.match(tried, /Read-only file system/, folder);
      }
      await follow(machine, `systemctl stop ${UNIT}`);
      await becomes(machine, "ExecMainStatus", /^0$/, UNIT);
    }),
});
