import assert from "node:assert/strict";
import { awaited, canBoot, type Machine, onMachine } from "./machine.ts";
import { installProgram, PROGRAM, setUp, show, UNIT } from "./service.ts";

/** Nothing listens there: the daemon only has to try again. */
const NO_EXCHANGE = "http://127.0.0.1:9/api";

Deno.test({
  name:
    "within the running unit of a real systemd nothing of the system can be written, and nothing that can be written is executed",
  ignore: !canBoot,
  fn: () =>
    onMachine(async (machine) => {
      await installProgram(machine);
      await machine.run(
        ..."useradd --system --user-group --home-dir /var/lib/xetra --shell /bin/false xetra".split(" "),
      );
      await machine.run(PROGRAM, "install-service", "DETR");
      setUp(machine, NO_EXCHANGE);
      await machine.run("systemctl", "daemon-reload");
      await machine.run("systemctl", "start", UNIT); // returns when the daemon is READY
      const within = await insideOf(machine);

      for (const folder of ["/usr", "/usr/local/bin", "/opt", "/etc", "/var", "/srv"]) {
        assert.match(await within(`touch ${folder}/written 2>&1; true`), /Read-only file system/, folder);
      }
      const written = ["/var/lib/xetra", "/var/log/xetra", "/tmp", "/var/tmp", "/dev/shm", "/run"];
      const execute = (folder: string) =>
        within(`cp /bin/true ${folder}/copy && ${folder}/copy 2>&1; echo $?`);
      for (const folder of written) assert.match(await execute(folder), /Permission denied\n126$/, folder);
      assert.equal(await execute("/var/cache/xetra"), "0", "what the program unpacks may be executed");
    }),
});

/** Runs a line of a shell, as root, where the daemon sees the machine's files. */
async function insideOf(machine: Machine): Promise<(line: string) => Promise<string>> {
  const pid = await awaited(async () => {
    const found = Number(await show(machine, "MainPID"));
    return found > 0 ? found : null;
  });
  return (line) => machine.run("nsenter", "-t", String(pid), "-m", "sh", "-c", line);
}
