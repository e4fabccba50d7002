import $ from "@david/dax";
import assert from "node:assert/strict";
import { makeDeb } from "../../scripts/package/deb.ts";
import { SETTINGS } from "../../scripts/package/places.ts";
import type { PackagedProgram } from "../../scripts/package/program.ts";
import { makeRpm } from "../../scripts/package/rpm.ts";
import { VERSION } from "../../scripts/release/product.ts";
import { temporaryDirectory } from "../e2e/harness.ts";
import { isPossible } from "../e2e/possible.ts";
import { makeDebWithDeno, MAKING } from "./packages.ts";
import { canHaveRoot, throwawayRoot } from "./throwaway_root.ts";

/** Stands in for the program where it is not run. */
const STAND_IN: PackagedProgram = {
  files: [{ path: "usr/bin/xetra-parqed", content: "#!/bin/sh\necho stand-in\n", mode: 0o755 }],
  kind: "a stand-in",
  packages: [],
};

const hasNeeds = await isPossible("dpkg", "-s", "systemd", "logrotate", "libc6");
const hasRpm = await isPossible("rpmbuild", "--version");
if (!hasRpm) console.log("rpm is not there: no package is installed by it");
if (!hasNeeds) console.log("dpkg has not installed systemd and logrotate: no package is installed");

Deno.test({
  name:
    "dpkg installs the package, upgrades it with its settings as they were, removes and purges it, and data stay",
  ignore: !canHaveRoot || !hasNeeds,
}, async (t) => {
  using folder = temporaryDirectory();
  await using root = await throwawayRoot();
  const { path: first, megabytes } = await makeDebWithDeno(MAKING, $.path(folder.path));
  console.log(`${first.basename()}: ${megabytes.toFixed(1)} MB, not compressed`);
  first.copyFileSync(root.of("/opt/1.deb"));
  (await makeDeb(STAND_IN, { ...MAKING, revision: 2 }, $.path(folder.path))).copyFileSync(
    root.of("/opt/2.deb"),
  );

  await t.step(
    "installed: the user, its folders, a disabled service, the program, and one line of advice",
    async () => {
      const said = await root.run("dpkg --force-unsafe-io --install /opt/1.deb");
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
    const said = await root.run("dpkg --force-unsafe-io --install /opt/2.deb");
    assert.match(said, new RegExp(`Unpacking xetra-parqed \\(${VERSION}-2\\) over \\(${VERSION}-1\\)`));
    assert.doesNotMatch(said, /choose venues/);
    assert.equal(await root.run(`grep ^VENUES= ${SETTINGS}`), 'VENUES="DETR"');
  });

  await t.step("a unit in /etc comes before the package's: it says so", async () => {
    await root.run("echo '[Service]' > /etc/systemd/system/xetra-parqed.service");
    assert.match(
      await root.run("dpkg --force-unsafe-io --install /opt/2.deb"),
      /xetra-parqed uninstall-service removes it$/m,
    );
    await root.run("rm /etc/systemd/system/xetra-parqed.service");
  });

  await t.step("removed: the settings stay; installed again, they are as they were", async () => {
    await root.run("systemctl --root=/ enable xetra-parqed; dpkg --remove xetra-parqed");
    assert.equal(await root.run(`grep ^VENUES= ${SETTINGS}`), 'VENUES="DETR"');
    assert.equal(await root.run("ls /usr/bin/xetra-parqed /usr/lib/xetra-parqed 2>/dev/null || true"), "");
    await root.run("dpkg --force-unsafe-io --install /opt/2.deb");
    assert.equal(await root.run(`grep ^VENUES= ${SETTINGS}`), 'VENUES="DETR"');
  });

  await t.step(
    "purged: without a question, all is gone but data, logs and their user, and that is said",
    async () => {
      const said = await root.run("dpkg --force-unsafe-io --purge xetra-parqed </dev/null");
      assert.match(said, /kept are data in \/var\/lib\/xetra, logs in \/var\/log\/xetra and the user xetra/);
      assert.equal(await root.run("cat /var/lib/xetra/kept; id -un xetra"), "data\nxetra");
      assert.equal(await root.run("find /etc /usr /var -xdev -name '*xetra-parqed*'"), "");
    },
  );
});

Deno.test({
  name: "rpm installs the package, upgrades it with its settings as they were, and erases it, and data stay",
  ignore: !canHaveRoot || !hasNeeds || !hasRpm,
}, async (t) => {
  using folder = temporaryDirectory();
  await using root = await throwawayRoot();
  for (const revision of [1, 2]) {
    const rpm = await makeRpm(STAND_IN, { ...MAKING, revision }, $.path(folder.path));
    rpm.copyFileSync(root.of(`/opt/${revision}.rpm`));
  }
  // This machine's own packages are dpkg's: rpm does not find there what it asks for.
  const upgrade = async (revision: number) => {
    const said = await root.run(`rpm --upgrade --nodeps /opt/${revision}.rpm`);
    return said.replaceAll(/^rpm: .*\n?/gm, ""); // Debian's says that dpkg is Debian's
  };

  await t.step("installed: the user, its folders, the program, and one line of advice", async () => {
    assert.match(
      await upgrade(1),
      /^xetra-parqed: choose venues in \S+, then: systemctl enable --now xetra-parqed$/m,
    );
    assert.equal(await root.run("runuser -u xetra -- xetra-parqed"), "stand-in");
    assert.equal(await root.run("stat -c '%U:%G %a' /var/lib/xetra"), "xetra:xetra 750");
    assert.equal(await root.run("systemctl --root=/ is-enabled xetra-parqed || true"), "disabled");
    assert.equal(await root.run("rpm --verify --nodeps xetra-parqed"), "");
  });

  await t.step("upgraded: settings and data stay as they were, and no advice is repeated", async () => {
    await root.run(`sed -i 's/^VENUES=.*/VENUES="DETR"/' ${SETTINGS}; echo data > /var/lib/xetra/kept`);
    assert.equal(await upgrade(2), "");
    assert.equal(
      await root.run(`grep ^VENUES= ${SETTINGS}; rpm -q xetra-parqed`),
      `VENUES="DETR"\nxetra-parqed-${VERSION}-2.${Deno.build.arch}`,
    );
  });

  await t.step("erased: data, logs, their user and changed settings stay, and that is said", async () => {
    const said = await root.run(
      "systemctl --root=/ enable xetra-parqed 2>/dev/null; rpm --erase xetra-parqed",
    );
    assert.match(said, /kept are data in \/var\/lib\/xetra, logs in \/var\/log\/xetra and the user xetra/);
    assert.equal(await root.run("cat /var/lib/xetra/kept; id -un xetra"), "data\nxetra");
    assert.equal(
      await root.run("find /etc /usr -xdev -name '*xetra-parqed*' ! -type d"),
      `${SETTINGS}.rpmsave`,
    );
  });
});
