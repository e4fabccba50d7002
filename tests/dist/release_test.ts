import $, { type Path } from "@david/dax";
import assert from "node:assert/strict";
import { notesOf } from "../../scripts/release/notes.ts";
import { makeRelease } from "../../scripts/release/pack.ts";
import { ROOT, TARGETS, VERSION } from "../../scripts/release/product.ts";
import { temporaryDirectory } from "../e2e/harness.ts";
import { withStandIn } from "./stand_in.ts";

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

Deno.test("notesOf() refuses a version of which the changelog says nothing", () => {
  assert.throws(() => notesOf(CHANGELOG, "0.1"), /CHANGELOG\.md has no section 0\.1$/);
  assert.throws(
    () => notesOf("## 0.3.0\n\n## 0.2.0\nThis.", "0.3.0"),
    /CHANGELOG\.md says nothing of 0\.3\.0$/,
  );
});

Deno.test("the changelog tells of this version", () => {
  assert.ok(notesOf(ROOT.join("CHANGELOG.md").readTextSync(), VERSION).length > 40);
});

Deno.test("a release has an archive for each target, the portable program and their sums, the same each time", async (t) => {
  using folder = temporaryDirectory();
  const [first, again] = ["first", "again"].map((name) => $.path(folder.of(name)));
  await withStandIn(() => makeRelease(first));
  await withStandIn(() => makeRelease(again));
  const assets = first.join("assets");
  const archives = TARGETS.map((target) => `xetra-parqed-${VERSION}-${target}.tar.gz`);
  const expected = [...archives, `xetra-parqed-${VERSION}-${Deno.build.target}.run`, "SHA256SUMS"];
  assert.deepEqual([...assets.readDirSync()].map(({ name }) => name).sort(), expected.sort());
  await $`sha256sum --check --strict --quiet SHA256SUMS`.cwd(assets);
  const [sums, sumsAgain] = [first, again].map((release) => release.join("assets/SHA256SUMS").readTextSync());
  assert.equal(sums, sumsAgain);
  for (const archive of archives) {
    await t.step(`${archive} unpacks into a folder of its name`, () => assertContent(assets.join(archive)));
  }
});

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
  assert.deepEqual([...modes.keys()].filter((path) => /^dist\/(bin|from-source|package)/.test(path)), []);
}

Deno.test("`deno task release` refuses a tag that is not that of the version, with 64", async () => {
  for (const tag of [[], ["v0.0.1"], [VERSION]]) {
    const { code, stderr } = await $`${Deno.execPath()} task --quiet release ${tag}`.cwd(ROOT).stderr("piped")
      .noThrow();
    assert.equal(code, 64);
    assert.match(stderr, new RegExp(`^error: the tag is .*: v${VERSION} is its tag\n$`));
  }
});
