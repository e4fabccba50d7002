import assert from "node:assert/strict";
import { dirname } from "node:path";
import { treeOf } from "../../e2e/evidence.ts";
import { hasSystemctl, image, install, saidBy, TEMPLATE, uninstall, UNIT, WANTS } from "./machine_image.ts";

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
