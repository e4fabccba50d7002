import assert from "node:assert/strict";
import { dirname } from "node:path";
import { assertForeseen, onlyErrorOf, treeOf } from "../../e2e/evidence.ts";
import { runProgram } from "../../e2e/harness.ts";
import { image, install, isRoot, UNIT } from "./machine_image.ts";

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
