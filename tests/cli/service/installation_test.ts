import assert from "node:assert/strict";
import { dirname } from "node:path";
import { assertForeseen, onlyErrorOf, treeOf } from "../../e2e/evidence.ts";
import { isThere } from "../../e2e/disk.ts";
import { type Run, runProgram, type TemporaryDirectory, temporaryDirectory } from "../../e2e/harness.ts";

const UNIT = "/etc/systemd/system/xetra-parqed.service";
const TEMPLATE = "/etc/systemd/system/xetra-parqed@.service";
const WANTS = "/etc/systemd/system/multi-user.target.wants";
const PASSWD = "root:x:0:0:root:/root:/bin/bash\nxetra:x:990:991::/var/lib/xetra:/usr/sbin/nologin\n";

/** Files belong to others here. */
const isRoot = Deno.uid() === 0;
const hasSystemctl = isThere("/usr/bin/systemctl");
if (!isRoot) console.log("this is not root: nothing is installed for another user");

/** An image of a machine with the program in it, and the user, or without. */
function image(passwd = PASSWD): TemporaryDirectory {
  const folder = temporaryDirectory();
  for (const path of ["etc", "usr/local/bin"]) Deno.mkdirSync(folder.of(path), { recursive: true });
  Deno.writeTextFileSync(folder.of("etc/passwd"), passwd);
  Deno.writeTextFileSync(folder.of("usr/local/bin/xetra-parqed"), "#!/bin/sh\n", { mode: 0o755 });
  return folder;
}

function install({ path }: TemporaryDirectory, ...args: string[]): Promise<Run> {
  return runProgram(["install-service", ...args, "--root", path]);
}

function uninstall({ path }: TemporaryDirectory, ...args: string[]): Promise<Run> {
  return runProgram(["uninstall-service", ...args, "--root", path]);
}

/** What a run that went well said, without the name of the image. */
function saidBy(run: Run, { path }: TemporaryDirectory): string[] {
  assertForeseen(run, 0);
  assert.equal(run.stderr, "");
  return run.stdout.trimEnd().replaceAll(path, "IMAGE").split("\n");
}

/** Owner, group and access of a path. */
function accessOf(path: string): [uid: number, gid: number, mode: string] {
  const { uid, gid, mode } = Deno.statSync(path);
  return [uid!, gid!, (mode! & 0o777).toString(8)];
}

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

Deno.test({
  name:
    "what systemctl enables after it, uninstall-service takes away again; data, logs and others' units stay",
  ignore: !hasSystemctl,
  fn: async () => {
    using machine = image("");
    for (const more of [[], ["--per-venue"]]) {
      const said = saidBy(await install(machine, "DETR", "DFRA", ...more), machine);
      const [command, ...args] = said.at(-1)!.trim().replace("IMAGE", machine.path).split(" ");
      const { code, stderr } = await new Deno.Command(command, { args }).output();
      assert.equal(code, 0, new TextDecoder().decode(stderr));
    }
    const links = ["xetra-parqed.service", "xetra-parqed@DETR.service", "xetra-parqed@DFRA.service"];
    Deno.symlinkSync("../other.service", machine.of(WANTS, "xetra-parqed-other.service"));
    for (const link of links) assert.ok(Deno.lstatSync(machine.of(WANTS, link)).isSymlink);
    Deno.writeTextFileSync(machine.of("var/lib/xetra/trades.parquet"), "data");
    saidBy(await install(machine, "DETR"), machine); // another unit than before
    const units = dirname(UNIT);
    const [replaced] = [...Deno.readDirSync(machine.of(units))].filter(({ name }) => name.includes(".old-"));
    const settings = ["xetra-parqed.service.d", "xetra-parqed@DETR.service.d"];
    for (const folder of [...settings, "other.service.d"]) Deno.mkdirSync(machine.of(units, folder));
    assert.deepEqual(saidBy(await uninstall(machine), machine), [
      `removed: ${UNIT}`,
      `removed: ${WANTS}/${links[0]}`,
      `removed: ${TEMPLATE}`,
      `removed: ${WANTS}/${links[1]}`,
      `removed: ${WANTS}/${links[2]}`,
      "kept: data in /var/lib/xetra, logs in /var/log/xetra",
      ...[settings[0], replaced.name, settings[1]].map((name) =>
        `kept: ${units}/${name}; delete it when you no longer want it`
      ),
    ]);
    assert.ok(Deno.statSync(machine.of(units, settings[0])).isDirectory);
    assert.deepEqual([...Deno.readDirSync(machine.of(WANTS))].map(({ name }) => name), [
      "xetra-parqed-other.service",
    ]);
    assert.equal(Deno.readTextFileSync(machine.of("var/lib/xetra/trades.parquet")), "data");
    assert.ok(Deno.statSync(machine.of("var/log/xetra")).isDirectory);
  },
});

Deno.test("uninstall-service leaves a unit of the same name that it did not write", async () => {
  using machine = image();
  Deno.mkdirSync(dirname(machine.of(UNIT)), { recursive: true });
  Deno.writeTextFileSync(machine.of(UNIT), "[SystemdService]\nExecStart=/bin/true\n");
  const before = treeOf(machine.path);
  assert.deepEqual(saidBy(await uninstall(machine), machine), [
    "nothing to remove: install-service wrote nothing here",
  ]);
  assert.deepEqual(treeOf(machine.path), before);
});

Deno.test({
  name: "without root's powers both are refused with one line and 73, and nothing is left behind",
  ignore: !isRoot,
  fn: async () => {
    using machine = image();
    Deno.mkdirSync(dirname(machine.of(UNIT)), { recursive: true });
    Deno.copyFileSync(
      new URL("../../../dist/systemd/xetra-parqed.service", import.meta.url),
      machine.of(UNIT),
    );
    Deno.chownSync(dirname(machine.of(UNIT)), 990, 991);
    const before = treeOf(machine.path);
    const under = ["setpriv", "--bounding-set=-all"];
    for (const args of [["install-service", "DETR"], ["uninstall-service"]]) {
      const run = await runProgram([...args, "--root", machine.path], { under });
      assert.match(
        onlyErrorOf(run, 73),
        /^only root can install a service: run this with sudo \(Permission denied /,
      );
      assert.equal(run.stdout, "");
      assert.deepEqual(treeOf(machine.path), before);
    }
  },
});

/** Usage errors, and what the message says. */
const REFUSED: [args: string[], message: RegExp][] = [
  [
    ["DETR", "--binary", "/opt/none"],
    /there is no program at \S+\/opt\/none: put it there, or name its place with --binary/,
  ],
  [["DETR", "--binary", "/etc/passwd"], /there is no program at/],
  [["DETR", "--binary", "bin/x"], /Wrong path: a unit takes absolute paths/],
  [["DETR", "--wrk-dir", "/srv/a b"], /\/srv\/a b: a unit takes absolute paths of letters, digits/],
  [["DETR", "--wrk-dir", "/srv/50%"], /a unit takes absolute paths/],
  [["DETR", "--wrk-dir", "/home/me/trades"], /the service cannot see \/home; choose another folder/],
  [["DETR", "--wrk-dir", "/tmp"], /the service cannot see \/tmp/],
  [["DETR", "--binary", "/root/xetra-parqed"], /the service cannot see \/root/],
  [["DETR", "--dynamic-user", "--wrk-dir", "/srv/x"], /a dynamic user's files lie below \/var\/lib/],
  [["DETR", "--dynamic-user", "--user", "x"], /cannot be used with option/],
  [["DETR", "--dynamic-user", "--per-venue"], /cannot be used with option/],
  [
    ["DETR", "--log-file", "/srv/x.log"],
    /\/srv\/x\.log: the service can write logs below \/var\/log\/xetra only/,
  ],
  [["DETR", "--log-file", "x.log"], /the service can write logs below \/var\/log\/xetra only/],
  [
    ["DETR", "--per-venue", "--log-file", "/var/log/xetra/x.log"],
    /--log-file: each instance has a log of its own/,
  ],
  [["DETR", "--user", "a b"], /A user name is lower-case letters/],
  [["DETR", "--interval", "soon"], /'soon' is invalid/],
  [["DETR", "--active-hours", "9-17"], /'9-17' is invalid/],
  [["detr"], /'detr' is invalid/],
  [[], /missing required argument 'venues'/],
];

Deno.test("an installation that cannot work is refused with 64 and one message, and nothing is changed", async () => {
  using machine = image();
  const before = treeOf(machine.path);
  const runs = await Promise.all(REFUSED.map(([args]) => install(machine, ...args)));
  for (const [i, [, message]] of REFUSED.entries()) {
    const run = runs[i];
    assertForeseen(run, 64);
    assert.match(run.stderr, /^error: .*\n$/);
    assert.match(run.stderr, message);
    assert.equal(run.stdout, "");
  }
  assert.deepEqual(treeOf(machine.path), before);
});
