import $ from "@david/dax";
import assert from "node:assert/strict";
import { makePackages } from "../../scripts/package/make.ts";
import { SETTINGS } from "../../scripts/package/places.ts";
import { VERSION } from "../../scripts/release/product.ts";
import { temporaryDirectory } from "../e2e/harness.ts";
import { isPossible } from "../e2e/possible.ts";
import { MAKING } from "./packages.ts";
import { canHaveRoot, throwawayRoot } from "./throwaway_root.ts";

const hasNeeds = await isPossible("dpkg", "-s", "systemd", "logrotate", "libc6");
if (!hasNeeds) console.log("dpkg has not installed systemd and logrotate: no package is installed");

Deno.test({
  name:
    "dpkg installs the package, upgrades it with its settings as they were, removes and purges it, and data stay",
  ignore: !canHaveRoot || !hasNeeds,
}, async (t) => {
  using folder = temporaryDirectory();
  await using root = await throwawayRoot();
  for (const revision of [1, 2]) {
    const [{ path }] = await makePackages({ ...MAKING, revision }, $.path(folder.path));
    path.copyFileSync(root.of(`/opt/${revision}.deb`));
  }

  await t.step(
    "installed: the user, its folders, a disabled service, the program, and one line of advice",
    async () => {
      const said = await root.run("dpkg --install /opt/1.deb");
      assert.match(
        said,
        /\nxetra-parqed: choose venues in \/etc\/\S+\.conf, then: systemctl enable --now xetra-parqed$/m,
      );
      assert.equal(await root.run("xetra-parqed --version"), VERSION);
      assert.equal(await root.run("runuser -u xetra -- xetra-parqed --version"), VERSION);
      assert.equal(
        await root.run("stat -c '%U:%G %a %n' /var/lib/xetra /var/log/xetra"),
        "xetra:xetra 750 /var/lib/xetra\nxetra:xetra 750 /var/log/xetra",
      );
      assert.equal(await root.run("systemctl --root=/ is-enabled xetra-parqed || true"), "disabled");
      assert.equal(await root.run("dpkg --verify xetra-parqed"), "");
      assert.equal(await root.run("systemd-analyze verify --man=no xetra-parqed.service"), "");
    },
  );

  await t.step("started by root or its user it unpacks nothing and writes nothing beside", async () => {
    const before = new Date();
    assert.match(await root.run("xetra-parqed --help"), /^Usage: /);
    assert.match(await root.run("runuser -u xetra -- xetra-parqed --help"), /^Usage: /);
    assert.deepEqual(root.writtenSince(before).filter((path) => !path.startsWith("/var/log/")), []);
  });

  await t.step("upgraded: settings and data stay as they were, and no advice is repeated", async () => {
    await root.run(`sed -i 's/^VENUES=.*/VENUES="DETR"/' ${SETTINGS}; echo data > /var/lib/xetra/kept`);
    const said = await root.run("dpkg --install /opt/2.deb");
    assert.match(said, new RegExp(`Unpacking xetra-parqed \\(${VERSION}-2\\) over \\(${VERSION}-1\\)`));
    assert.doesNotMatch(said, /choose venues/);
    assert.equal(await root.run(`grep ^VENUES= ${SETTINGS}`), 'VENUES="DETR"');
  });

  await t.step("a unit that install-service wrote comes first: the package says so", async () => {
    await root.run("xetra-parqed install-service DETR --binary /usr/bin/xetra-parqed");
    assert.match(await root.run("dpkg --install /opt/2.deb"), /xetra-parqed uninstall-service removes it$/m);
    await root.run("xetra-parqed uninstall-service");
  });

  await t.step("removed: the settings stay; installed again, they are as they were", async () => {
    await root.run("systemctl --root=/ enable xetra-parqed; dpkg --remove xetra-parqed");
    assert.equal(await root.run(`grep ^VENUES= ${SETTINGS}`), 'VENUES="DETR"');
    assert.equal(await root.run("ls /usr/bin/xetra-parqed /usr/lib/xetra-parqed 2>/dev/null || true"), "");
    await root.run("dpkg --install /opt/2.deb");
    assert.equal(await root.run(`grep ^VENUES= ${SETTINGS}`), 'VENUES="DETR"');
  });

  await t.step(
    "purged: without a question, all is gone but data, logs and their user, and that is said",
    async () => {
      const said = await root.run("dpkg --purge xetra-parqed </dev/null");
      assert.match(said, /kept are data in \/var\/lib\/xetra, logs in \/var\/log\/xetra and the user xetra/);
      assert.equal(await root.run("cat /var/lib/xetra/kept; id -un xetra"), "data\nxetra");
      assert.equal(await root.run("find /etc /usr /var -xdev -name '*xetra-parqed*'"), "");
    },
  );
});
