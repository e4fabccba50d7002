import $ from "@david/dax";
import assert from "node:assert/strict";
import { scriptText } from "../../scripts/package/about.ts";
import { makeDeb } from "../../scripts/package/deb.ts";
import { SETTINGS } from "../../scripts/package/places.ts";
import { releaseDate } from "../../scripts/package/release_date.ts";
import { makeRpm } from "../../scripts/package/rpm.ts";
import { TARGETS } from "../../scripts/release/product.ts";
import { knownVenues } from "../../src/feed/venue.ts";
import { assertForeseen } from "../e2e/evidence.ts";
import { runProgram, temporaryDirectory } from "../e2e/harness.ts";
import { isPossible } from "../e2e/possible.ts";
import { makeDebWithDeno, MAKING, packagedUnit, serviceFile } from "./packages.ts";
import { shippedUnit } from "./unit.ts";

/** A package without its program, where only the rest counts. */
const NO_PROGRAM = { files: [], kind: "none", packages: [] };
/** What lintian says about packages without compression, as the tests make them. */
const NOT_COMPRESSED = ["control", "data"].map((part) => `uses-no-compression-for-${part}-tarball`);
/** What lintian says about words in Deno's 100 MB is only for information, and takes it a third of its time. */
const SPELLING = "binaries/spelling";
const DOCS = new URL("../../dist/doc", import.meta.url);

const hasDpkg = await isPossible("dpkg-deb", "--version");
const hasRpmbuild = await isPossible("rpmbuild", "--version");
const hasLintian = await isPossible("lintian", "--version");
if (!hasDpkg) console.log("dpkg-deb is not there: no package is made");
if (!hasRpmbuild) console.log("rpmbuild is not there: no package for rpm is made");
if (!hasLintian) console.log("lintian is not there: no package is judged by it");

Deno.test({
  name:
    "a package for Debian holds the program, its service, completions and pages, all of them root's, of one date",
  ignore: !hasDpkg,
  fn: async () => {
    using folder = temporaryDirectory();
    const deb = await makeDeb(NO_PROGRAM, MAKING, $.path(folder.path));
    const listed = await $`dpkg-deb --contents ${deb}`.env({ TZ: "UTC" }).lines();
    const entries = listed.map((line) => /^(\S+) (\S+) +\d+ (\S+ \S+) \.(.*)$/.exec(line)!.slice(1));
    assert.deepEqual([...new Set(entries.map(([, owner, time]) => `${owner} ${time}`))], [
      `root/root ${releaseDate().toISOString().slice(0, 16).replace("T", " ")}`,
    ]);
    assert.deepEqual([...new Set(entries.map(([mode]) => mode))], ["drwxr-xr-x", "-rw-r--r--"]);
    const paths = entries.map(([, , , path]) => path).filter((path) => !path.endsWith("/"));
    const pages = [...Deno.readDirSync(DOCS)].map(({ name }) => `/usr/share/doc/xetra-parqed/${name}`);
    assert.deepEqual(
      paths.sort(),
      [
        "/etc/logrotate.d/xetra-parqed",
        SETTINGS,
        "/usr/lib/systemd/system/xetra-parqed.service",
        "/usr/lib/sysusers.d/xetra-parqed.conf",
        "/usr/lib/tmpfiles.d/xetra-parqed.conf",
        "/usr/share/bash-completion/completions/xetra-parqed",
        ...pages,
        ...[
          ...[
            "changelog.Debian.gz",
            "changelog.gz",
            "copyright",
            "examples/alerts.yml",
            "examples/cron",
            "examples/register_iceberg.py",
          ],
          ...["examples/xetra-parqed-mirror.service", "examples/xetra-parqed-mirror.timer"],
          ...["examples/xetra-parqed-serve.service", "examples/grafana.json"],
        ]
          .map((name) => `/usr/share/doc/xetra-parqed/${name}`),
        "/usr/share/fish/vendor_completions.d/xetra-parqed.fish",
        "/usr/share/lintian/overrides/xetra-parqed",
        "/usr/share/man/man1/xetra-parqed.1.gz",
        "/usr/share/zsh/vendor-completions/_xetra-parqed",
      ].sort(),
    );
    const settings = await $`dpkg-deb --info ${deb} conffiles`.lines();
    assert.deepEqual(settings.sort(), ["/etc/logrotate.d/xetra-parqed", SETTINGS]);
  },
});

Deno.test({
  name: "a package for rpm holds the same, and says what of it is the administrator's to change",
  ignore: !hasRpmbuild,
  fn: async () => {
    using folder = temporaryDirectory();
    const [deb, rpm] = [
      await makeDeb(NO_PROGRAM, MAKING, $.path(folder.path)),
      await makeRpm(NO_PROGRAM, MAKING, $.path(folder.path)),
    ];
    const listed =
      await $`rpm -qp --qf ${"[%{FILENAMES} %{FILEUSERNAME}:%{FILEGROUPNAME} %{FILEMODES:perms}\n]"} ${rpm}`
        .lines();
    const [paths, access] = [0, 1].map((i) => listed.map((line) => /^(\S+) (.*)$/.exec(line)![i + 1]));
    assert.deepEqual([...new Set(access)].sort(), ["root:root -rw-r--r--", "root:root drwxr-xr-x"]);
    const ofDeb = (await $`dpkg-deb --contents ${deb}`.lines()).map((line) =>
      line.slice(line.indexOf("./") + 1)
    );
    const isShared = (path: string) => !/lintian|changelog\.Debian|zsh/.test(path);
    const files = (all: string[]) => all.filter((path) => isShared(path) && /\/[^/]+$/.test(path)).sort();
    const folders = listed.filter((line) => line.includes(" d") || line.endsWith("drwxr-xr-x")).map((line) =>
      line.split(" ")[0]
    );
    assert.deepEqual(files(paths).filter((path) => !folders.includes(path)), files(ofDeb));
    assert.deepEqual(folders, [
      "/etc/xetra-parqed",
      "/usr/share/doc/xetra-parqed",
      "/usr/share/doc/xetra-parqed/examples",
    ]);
    assert.deepEqual(await $`rpm -qp --configfiles ${rpm}`.lines(), [
      "/etc/logrotate.d/xetra-parqed",
      SETTINGS,
    ]);
    assert.equal(await $`rpm -qp --qf ${"%{ARCH}"} ${rpm}`.text(), Deno.build.arch);
  },
});

for (
  const { kind, make, ignore } of [
    { kind: "deb", make: makeDeb, ignore: !hasDpkg },
    { kind: "rpm", make: makeRpm, ignore: !hasRpmbuild },
  ]
) {
  Deno.test({
    name: `the same source gives the same .${kind}, and SOURCE_DATE_EPOCH its time`,
    ignore,
    fn: async () => {
      using folder = temporaryDirectory();
      const made = async (name: string) => {
        const place = $.path(folder.of(name));
        place.mkdirSync();
        return (await make(NO_PROGRAM, MAKING, place)).readBytesSync();
      };
      const first = await made("first");
      await new Promise((resolve) => setTimeout(resolve, 1100)); // so that files get another time
      assert.deepEqual(await made("second"), first);
      Deno.env.set("SOURCE_DATE_EPOCH", "1800000000");
      try {
        assert.notDeepEqual(await made("later"), first);
      } finally {
        Deno.env.delete("SOURCE_DATE_EPOCH");
      }
    },
  });
}

Deno.test("the scripts of packages are valid for sh, and have no placeholder left", async () => {
  for (
    const name of ["debian/postinst", "debian/prerm", "debian/postrm", "rpm/post", "rpm/preun", "rpm/postun"]
  ) {
    const script = scriptText(name);
    assert.doesNotMatch(script, /@/, name);
    assert.deepEqual((await $`sh -n`.stdinText(script).stderr("piped")).stderr, "", name);
  }
});

for (const target of TARGETS) {
  Deno.test({
    name:
      `lintian finds no error and nothing to warn of in the package for ${target}, but for what is overridden`,
    ignore: !hasDpkg || !hasLintian,
    fn: async () => {
      using folder = temporaryDirectory();
      const { path, megabytes, seconds } = await makeDebWithDeno({ ...MAKING, target }, $.path(folder.path));
      console.log(
        `${path.basename()}: ${megabytes.toFixed(1)} MB in ${seconds.toFixed(1)} s, not compressed`,
      );
      const leftOut = NOT_COMPRESSED.join(",");
      const options = ["--fail-on", "error,warning", "--suppress-tags", leftOut, "-X", SPELLING];
      const { code, stdout } = await $`lintian ${options} ${path}`.stderr("null").stdout("piped").noThrow();
      assert.deepEqual([code, stdout], [0, ""]);
    },
  });
}

Deno.test("the unit of a package is that of install-service, apart from its settings and without a cache", () => {
  const [own, packaged] = [
    shippedUnit("xetra-parqed.service"),
    packagedUnit(),
  ].map((unit) => unit.split("\n").filter((line) => !line.startsWith("#")));
  const names = (lines: string[]) => lines.map((line) => line.split("=")[0]);
  assert.deepEqual(names(packaged.filter((line) => !own.includes(line))), [
    ...["Description", "Documentation", "EnvironmentFile", "ExecCondition", "ExecStart", "Environment"],
  ]);
  assert.deepEqual(names(own.filter((line) => !packaged.includes(line))), [
    ...["Description", "ExecStart", "CacheDirectory", "CacheDirectoryMode", "Environment"],
  ]);
});

Deno.test("the settings name all venues, choose none, and show options that the daemon takes", async () => {
  const settings = serviceFile(SETTINGS);
  const [, named] = /^# Venues.*: (.*)\.$/m.exec(settings) ?? assert.fail("venues are not named");
  assert.deepEqual(named.match(/\bD[A-Z]{3}\b/g), knownVenues());
  assert.match(settings, /^VENUES=""$/m);
  assert.match(settings, /^OPTIONS=""$/m);
  const examples = [...settings.matchAll(/^#OPTIONS="(.*)"$/gm)].map(([, options]) => options);
  assert.equal(examples.length, 3);
  for (const options of examples) {
    const words = options.match(/'[^']*'|\S+/g)!.map((word) => word.replaceAll("'", ""));
    assertForeseen(await runProgram(["fetch-trades", "DETR", "--daemon", ...words, "--help"]), 0);
  }
});
