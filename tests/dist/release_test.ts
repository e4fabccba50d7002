import $, { type Path } from "@david/dax";
import assert from "node:assert/strict";
import { isFor } from "../../scripts/release/elf.ts";
import { notesOf } from "../../scripts/release/notes.ts";
import { makeRelease } from "../../scripts/release/pack.ts";
import { ROOT, type Target, TARGETS, VERSION } from "../../scripts/release/product.ts";
import { isThere } from "../e2e/disk.ts";
import { temporaryDirectory } from "../e2e/harness.ts";
import { isPossible } from "../e2e/possible.ts";
import { withStandIn } from "./stand_in.ts";

const ARM = "aarch64-unknown-linux-gnu";
/** Debian's names of the machines; those of rpm are the beginnings of the targets. */
const MACHINES: Readonly<Record<Target, string>> = { "x86_64-unknown-linux-gnu": "amd64", [ARM]: "arm64" };
const canPackage = await isPossible("dpkg-deb", "--version") && await isPossible("rpmbuild", "--version");
if (!canPackage) console.log("dpkg-deb and rpmbuild are not both there: no release is made");
/** Runs a program for ARM on any machine, with Debian's C library for it. */
const EMULATED = ["qemu-aarch64-static", "-L", "/usr/aarch64-linux-gnu"];
const canEmulate = isThere("/usr/aarch64-linux-gnu/lib/libgcc_s.so.1") &&
  await isPossible(EMULATED[0], "--version");
if (!canEmulate) {
  console.log("qemu-user-static and the libraries for arm64 are not installed: nothing is emulated");
}

const CHANGELOG = `# Changelog

## Unreleased
Something.

## [0.2.0] - 2026-12-01
### Added
- This.

## 0.1.0
The first.
`;

Deno.test("notesOf() is the section of a version, however its heading is written", () => {
  assert.equal(notesOf(CHANGELOG, "0.2.0"), "### Added\n- This.\n");
  assert.equal(notesOf(CHANGELOG, "0.1.0"), "The first.\n");
});

Deno.test("notesOf() refuses a version that the changelog does not describe", () => {
  assert.throws(() => notesOf(CHANGELOG, "0.1"), /CHANGELOG\.md has no section 0\.1$/);
  assert.throws(
    () => notesOf("## 0.3.0\n\n## 0.2.0\nThis.", "0.3.0"),
    /CHANGELOG\.md says nothing of 0\.3\.0$/,
  );
});

Deno.test("the changelog describes this version", () => {
  assert.ok(notesOf(ROOT.join("CHANGELOG.md").readTextSync(), VERSION).length > 40);
});

/** The assets of a release for a machine. */
function assetsFor(target: Target): string[] {
  const names = [`xetra-parqed-${VERSION}-${target}.tar.gz`, `xetra-parqed-${VERSION}-${target}.run`];
  const ofRpm = `xetra-parqed-${VERSION}-1.${target.split("-")[0]}.rpm`;
  return [...names, `xetra-parqed_${VERSION}-1_${MACHINES[target]}.deb`, ofRpm];
}

Deno.test({
  name:
    "a release has an archive, the portable program and packages for each machine, a bill of materials and sums, the same each time",
  ignore: !canPackage,
}, async (t) => {
  using folder = temporaryDirectory();
  const [first, again] = ["first", "again"].map((name) => $.path(folder.of(name)));
  await withStandIn(() => makeRelease(first, { compress: false }));
  await withStandIn(() => makeRelease(again, { compress: false }));
  const assets = first.join("assets");
  const expected = [...TARGETS.flatMap(assetsFor), `xetra-parqed-${VERSION}.spdx.json`, "SHA256SUMS"];
  assert.deepEqual([...assets.readDirSync()].map(({ name }) => name).sort(), expected.sort());
  await $`sha256sum --check --strict --quiet SHA256SUMS`.cwd(assets);
  const [sums, sumsAgain] = [first, again].map((release) => release.join("assets/SHA256SUMS").readTextSync());
  assert.equal(sums, sumsAgain);
  assert.deepEqual(sums.trim().split("\n").map((line) => line.split("  ")[1]), expected.slice(1));
  for (const target of TARGETS) {
    const archive = `xetra-parqed-${VERSION}-${target}.tar.gz`;
    await t.step(`${archive} unpacks into a folder of its name`, () => assertContent(assets.join(archive)));
  }
  await t.step("both portable programs hold the same program, and a Deno for their machine", async () => {
    const [app, ...others] = await Promise.all(TARGETS.map((target) => assertHoldsDeno(target, assets)));
    for (const other of others) assert.equal(other, app);
  });
});

/** Fails unless the portable program for a machine holds a Deno for it; the digest of the program in it. */
async function assertHoldsDeno(target: Target, assets: Path): Promise<string> {
  using folder = temporaryDirectory();
  const portable = assets.join(`xetra-parqed-${VERSION}-${target}.run`);
  const [, lines] = /tail -n \+(\d+) -- "\$0"/.exec(portable.readTextSync().slice(0, 20_000))!;
  await $`tail -n +${lines} ${portable} | tar -xzf - -C ${folder.path}`;
  const deno = folder.of("xetra-parqed");
  assert.ok(isFor(target, $.path(deno)));
  if (target === ARM && canEmulate) {
    assert.match(await $`${EMULATED} ${deno} --version`.text(), /^deno [\d.]+ \(.*aarch64/);
  }
  const app = await Array.fromAsync($.path(folder.of("app")).readDir(), ({ path }) => path);
  return await $`cat ${app.sort()} | sha256sum`.text();
}

/** Fails unless an archive holds the program, its texts, and dist/ for services. */
async function assertContent(archive: Path): Promise<void> {
  const folder = archive.basename().replace(/\.tar\.gz$/, "");
  const listed = await $`tar -tvzf ${archive} --numeric-owner`.env({ TZ: "UTC" }).lines();
  const entries = listed.map((line) => /^(\S+) (\S+) +\d+ (\S+ \S+) (.*)$/.exec(line)?.slice(1) ?? []);
  assert.deepEqual([...new Set(entries.map(([, owner, time]) => `${owner} ${time}`))], [
    "0/0 2026-01-01 00:00",
  ]);
  assert.ok(entries.every(([, , , path]) => path.startsWith(`${folder}/`)));
  const modes = new Map(entries.map(([mode, , , path]) => [path.slice(folder.length + 1), mode]));
  assert.equal(modes.get("xetra-parqed"), "-rwxr-xr-x");
  for (
    const text of [
      "LICENSE",
      "README.md",
      "CHANGELOG.md",
      "dist/systemd/xetra-parqed@.service",
      "dist/man/xetra-parqed.1",
    ]
  ) {
    assert.equal(modes.get(text), "-rw-r--r--", text);
  }
  assert.deepEqual(
    [...modes.keys()].filter((path) => /^dist\/(bin|docker|from-source|package)/.test(path)),
    [],
  );
}

Deno.test("`deno task release` refuses a tag that is not that of the version, with 64", async () => {
  for (const tag of [[], ["v0.0.1"], [VERSION]]) {
    const { code, stderr } = await $`${Deno.execPath()} task --quiet release ${tag}`.cwd(ROOT).stderr("piped")
      .noThrow();
    assert.equal(code, 64);
    assert.match(stderr, new RegExp(`^error: the tag is .*: v${VERSION} is its tag\n$`));
  }
});
