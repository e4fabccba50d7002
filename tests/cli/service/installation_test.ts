import assert from "node:assert/strict";
import { dirname } from "node:path";
import { isThere } from "../../e2e/disk.ts";
import { assertForeseen, treeOf } from "../../e2e/evidence.ts";
import { runProgram, temporaryDirectory } from "../../e2e/harness.ts";
import {
  accessOf,
  hasSystemctl,
  image,
  install,
  isRoot,
  saidBy,
  TEMPLATE,
  uninstall,
  UNIT,
  WANTS,
} from "./machine_image.ts";

if (!isRoot) console.log("this is not root: nothing is installed for another user");

Deno.test({
  name:
    "install-service writes the unit that it prints, makes the directories for its user, and says what comes next",
  ignore: !isRoot,
  fn: async () => {
    using machine = image();
    assert.deepEqual(saidBy(await install(machine, "DETR", "DFRA"), machine), [
      `written: ${UNIT}`,
      "made: /var/lib/xetra, for xetra",
      "made: /var/log/xetra, for xetra",
      "now, as root:",
      "  systemctl --root=IMAGE enable xetra-parqed",
    ]);
    const printed = await runProgram(["install-service", "DETR", "DFRA", "--print"]);
    assert.equal(Deno.readTextFileSync(machine.of(UNIT)), printed.stdout);
    assert.match(printed.stdout, / fetch-trades DETR DFRA --daemon --pid-file /);
    assert.deepEqual(accessOf(machine.of(UNIT)), [0, 0, "644"]);
    for (const path of ["/var/lib/xetra", "/var/log/xetra"]) {
      assert.deepEqual(accessOf(machine.of(path)), [990, 991, "750"]);
      assert.deepEqual(accessOf(dirname(machine.of(path))), [0, 0, "755"]);
    }
  },
});

Deno.test("when the user does not exist, install-service says how to add it, and does not add it", async () => {
  using machine = image("");
  assert.deepEqual(saidBy(await install(machine, "DETR", "--user", "trades"), machine), [
    `written: ${UNIT}`,
    "made: /var/lib/xetra",
    "made: /var/log/xetra",
    "now, as root:",
    "  useradd --root IMAGE --system --user-group --home-dir /var/lib/xetra --shell /usr/sbin/nologin trades",
    "  systemctl --root=IMAGE enable xetra-parqed",
  ]);
  assert.match(Deno.readTextFileSync(machine.of(UNIT)), /^User=trades$/m);
  assert.equal(Deno.readTextFileSync(machine.of("etc/passwd")), "");
});

Deno.test("a dry run says the same and touches nothing", async () => {
  using machine = image();
  const before = treeOf(machine.path);
  const dry = saidBy(await install(machine, "DETR", "--dry-run"), machine);
  assert.deepEqual(treeOf(machine.path), before);
  if (!isRoot) return;
  const done = saidBy(await install(machine, "DETR"), machine);
  assert.deepEqual(
    dry,
    done.map((line) => line.replace(/^(written|made)/, "would be $1").replace("now,", "then,")),
  );
  const installed = treeOf(machine.path);
  assert.deepEqual(saidBy(await uninstall(machine, "--dry-run"), machine)[0], `would be removed: ${UNIT}`);
  assert.deepEqual(treeOf(machine.path), installed);
});

Deno.test("installed again it changes nothing; with other settings it keeps the unit that was there", async () => {
  using machine = image("");
  await install(machine, "DETR");
  const before = treeOf(machine.path);
  const [again] = saidBy(await install(machine, "DETR"), machine);
  assert.equal(again, `${UNIT} is up to date`);
  assert.deepEqual(treeOf(machine.path), before);

  Deno.writeTextFileSync(machine.of(UNIT), "# by hand\n");
  const options = [
    "--interval",
    "15m",
    "--active-hours",
    "07:00 - 22:30",
    "--publish-every",
    "30m",
    "--no-bars",
  ];
  const [written, kept] = saidBy(await install(machine, "DETR", "DFRA", ...options), machine);
  assert.equal(written, `written: ${UNIT}`);
  const [, aside] = /^kept: the unit that was there, as (\/etc.*\.service\.old-\d{8}T\d{6}Z)$/.exec(kept)!;
  assert.equal(Deno.readTextFileSync(machine.of(aside)), "# by hand\n");
  const command =
    / fetch-trades DETR DFRA --daemon --interval 15m --active-hours 07:00-22:30 --publish-every 30m --no-bars --pid-file /;
  assert.match(Deno.readTextFileSync(machine.of(UNIT)), command);
});

Deno.test("--quotes adds quotes to the daemon that collects the trades; instances of a venue each cannot share them", async () => {
  const print = (...more: string[]) => runProgram(["install-service", "DETR", "DGAT", "--print", ...more]);
  const run = await print("--quotes", "DGAT, DFRA", "--quotes-bonds");
  assertForeseen(run, 0);
  assert.match(run.stdout, / fetch-trades DETR DGAT --daemon --quotes DGAT,DFRA --quotes-bonds --pid-file /);
  const refused = await print("--quotes", "DGAT", "--per-venue");
  assertForeseen(refused, 64);
  assert.match(refused.stderr, /cannot be used with option '--per-venue'/);
  assertForeseen(await print("--quotes", "DEUR-pretrade"), 64);
});

Deno.test("log options, before or after the command's name, are written into the daemon's unit as they were given", async () => {
  const before = ["--log-rotate-size", "off", "--log-keep-days", "7", "--quiet", "--log-level", "DEBUG"];
  const after = ["--system-timezone", "Europe/Berlin", "--interval", "15m"];
  const run = await runProgram([...before, "install-service", "DETR", "--print", ...after]);
  assertForeseen(run, 0);
  const [, options] = / --daemon (.*) --pid-file /.exec(run.stdout)!;
  assert.equal(
    options,
    "--interval 15m --log-level DEBUG --log-rotate-size off --log-keep-days 7 --quiet --system-timezone Europe/Berlin",
  );
  // Every command understands them.
  using folder = temporaryDirectory();
  const logging = options.split(" ").slice(2);
  assertForeseen(await runProgram(["status", "DETR", "--wrk-dir", folder.path, ...logging]), 0);
});

Deno.test("the administrator's --log-file is written into the unit, and is not used as the installation's own log", async () => {
  using machine = image();
  const log = "/var/log/xetra/all.log";
  const run = await install(machine, "DETR", "--log-file", log);
  assertForeseen(run, 0);
  assert.match(Deno.readTextFileSync(machine.of(UNIT)), new RegExp(` --log-file ${log} fetch-trades DETR `));
  assert.equal(isThere(machine.of(log)), false);
  assert.equal(isThere(log), false);
});

Deno.test("--per-venue installs the template, with one instance per venue", async () => {
  using machine = image("");
  const said = saidBy(await install(machine, "DETR", "DEUR", "--per-venue"), machine);
  assert.equal(said[0], `written: ${TEMPLATE}`);
  assert.equal(said.at(-1), "  systemctl --root=IMAGE enable xetra-parqed@DETR xetra-parqed@DEUR");
  assert.match(Deno.readTextFileSync(machine.of(TEMPLATE)), / fetch-trades %i --daemon /);
  assert.equal(isThere(machine.of(UNIT)), false);
});

Deno.test("a dynamic user's directories are left to systemd to create", async () => {
  using machine = image("");
  assert.deepEqual(saidBy(await install(machine, "DETR", "--dynamic-user"), machine), [
    `written: ${UNIT}`,
    "now, as root:",
    "  systemctl --root=IMAGE enable xetra-parqed",
  ]);
  assert.match(Deno.readTextFileSync(machine.of(UNIT)), /^DynamicUser=yes$/m);
  assert.throws(() => Deno.statSync(machine.of("var")), Deno.errors.NotFound);
});

Deno.test({
  name: "another working directory is made for the user, with a way to it, and may be written by the service",
  ignore: !isRoot,
  fn: async () => {
    using machine = image();
    Deno.mkdirSync(machine.of("srv"));
    const said = saidBy(await install(machine, "DETR", "--wrk-dir", "/srv/market/trades"), machine);
    assert.deepEqual(said.slice(1), [
      "made: /srv/market/trades, for xetra",
      "made: /var/log/xetra, for xetra",
      "now, as root:",
      "  systemctl --root=IMAGE enable xetra-parqed",
    ]);
    assert.deepEqual(accessOf(machine.of("srv/market")), [0, 0, "755"]);
    assert.deepEqual(accessOf(machine.of("srv/market/trades")), [990, 991, "750"]);
    const unit = Deno.readTextFileSync(machine.of(UNIT));
    assert.match(unit, /^ReadWritePaths=\/srv\/market\/trades$/m);
    assert.match(unit, /^WorkingDirectory=\/srv\/market\/trades$/m);
    assert.doesNotMatch(unit, /StateDirectory/);
    // One that is there and somebody else's is not taken from them without a word.
    Deno.mkdirSync(machine.of("srv/theirs"));
    const theirs = saidBy(await install(machine, "DETR", "--wrk-dir", "/srv/theirs"), machine);
    assert.ok(theirs.includes("  chown -R xetra: IMAGE/srv/theirs"));
    assert.deepEqual(accessOf(machine.of("srv/theirs")).slice(0, 2), [0, 0]);
  },
});

Deno.test({
  name:
    "installed per venue after the single service, and the other way round, it says what is to be disabled first",
  ignore: !hasSystemctl,
  fn: async () => {
    using machine = image("");
    const carryOut = async (commands: string[]) => {
      for (const line of commands) {
        const [command, ...args] = line.trim().replace("IMAGE", machine.path).split(" ");
        const { code, stderr } = await new Deno.Command(command, { args }).output();
        assert.equal(code, 0, new TextDecoder().decode(stderr));
      }
    };
    const enabled = () => [...Deno.readDirSync(machine.of(WANTS))].map(({ name }) => name).sort();
    await carryOut(saidBy(await install(machine, "DETR"), machine).slice(-1));

    const perVenue = saidBy(await install(machine, "DETR", "DFRA", "--per-venue"), machine);
    assert.deepEqual(perVenue.filter((line) => !line.includes("useradd")).slice(1), [
      `also there: ${UNIT}; a venue has only one daemon, so disable its services first`,
      "now, as root:",
      "  systemctl --root=IMAGE disable xetra-parqed.service",
      "  systemctl --root=IMAGE enable xetra-parqed@DETR xetra-parqed@DFRA",
    ]);
    await carryOut(perVenue.slice(-2));
    assert.deepEqual(enabled(), ["xetra-parqed@DETR.service", "xetra-parqed@DFRA.service"]);

    const single = saidBy(await install(machine, "DETR", "DFRA"), machine);
    assert.equal(
      single.find((line) => line.startsWith("also there: "))?.split(";")[0],
      `also there: ${TEMPLATE}`,
    );
    await carryOut(single.slice(-2));
    assert.deepEqual(enabled(), ["xetra-parqed.service"]);
  },
});
