import assert from "node:assert/strict";
import { setting } from "./unit.ts";

const UNIT = new URL("../../dist/systemd/xetra-parqed-serve.service", import.meta.url).pathname;
const canAnalyze = await Deno.stat("/usr/bin/systemd-analyze").then(() => true, () => false);
if (!canAnalyze) console.log("systemd-analyze is not there: the page's unit is not verified");

Deno.test("the page's unit may write only its cache, and connect only to this machine", () => {
  const unit = Deno.readTextFileSync(UNIT);
  assert.match(setting(unit, "ReadOnlyPaths"), /^\/var\/lib\/xetra /);
  assert.equal(setting(unit, "ProtectSystem"), "strict");
  assert.deepEqual([setting(unit, "IPAddressDeny"), setting(unit, "IPAddressAllow")], ["any", "localhost"]);
  assert.doesNotMatch(unit, /^(?:StateDirectory|LogsDirectory|ReadWritePaths)=/m);
});

Deno.test({
  name: "`systemd-analyze` finds nothing to say about the page's unit, and an exposure of 1.5 or less",
  ignore: !canAnalyze,
  fn: async () => {
    for (
      const args of [["verify", "--recursive-errors=no", "--man=no"], [
        "security",
        "--offline=true",
        "--threshold=15",
      ]]
    ) {
      const { code, stderr } = await new Deno.Command("systemd-analyze", {
        args: [...args, UNIT],
        env: { SYSTEMD_PAGER: "", SYSTEMD_COLORS: "0" },
      }).output();
      // verify wants the program to be there; it is where the page is served
      const said = new TextDecoder().decode(stderr).replace(/^.*xetra-parqed is not executable.*\n/gm, "");
      assert.deepEqual([args[0] === "verify" || code === 0, said], [true, ""]);
    }
  },
});
