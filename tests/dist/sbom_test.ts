import $ from "@david/dax";
import assert from "node:assert/strict";
import { lockedPackages } from "../../scripts/release/lock.ts";
import { ROOT, VERSION } from "../../scripts/release/product.ts";
import { type Materials, sbomOf } from "../../scripts/release/sbom.ts";
import { sbomHere } from "../../scripts/release/sbom_here.ts";
import { temporaryDirectory } from "../e2e/harness.ts";
import { pythonWith } from "../readers/environments.ts";

const LOCK = ROOT.join("deno.lock").readTextSync();
const python = await pythonWith("spdx");
const DIGEST = new Uint8Array(64).fill(1);
const integrity = `sha512-${DIGEST.toBase64()}`;

/** A program that needs a package, which needs another one, and a test that needs a third. */
const MATERIALS: Materials = {
  version: "1.2.3",
  released: new Date("2026-11-25"),
  deno: "2.9.6",
  locked: new Map([
    ["@a/b@1.0.0_c@2.0.0", { name: "@a/b", version: "1.0.0", integrity, needs: ["c@2.0.0"] }],
    ["c@2.0.0", { name: "c", version: "2.0.0", integrity, needs: [] }],
    ["test@3.0.0", { name: "test", version: "3.0.0", integrity, needs: [] }],
  ]),
  shipped: new Map([["@a/b@1.0.0_c@2.0.0", "MIT"], ["c@2.0.0", "ISC"]]),
};

Deno.test("the bill of materials distinguishes what the program contains from what only tests need, with digests and licenses", () => {
  const { packages, relationships, creationInfo } = sbomOf(MATERIALS);
  const [program, deno, scoped, , test] = packages;
  assert.deepEqual([program.name, program.versionInfo, deno.versionInfo], ["xetra-parqed", "1.2.3", "2.9.6"]);
  assert.deepEqual(
    [
      scoped.downloadLocation,
      scoped.licenseDeclared,
      scoped.checksums,
      scoped.externalRefs![0].referenceLocator,
    ],
    [
      "https://registry.npmjs.org/@a/b/-/b-1.0.0.tgz",
      "MIT",
      [{ algorithm: "SHA512", checksumValue: DIGEST.toHex() }],
      "pkg:npm/%40a/b@1.0.0",
    ],
  );
  assert.equal(test.licenseDeclared, "NOASSERTION");
  assert.deepEqual(
    relationships.map((one) => [one.spdxElementId, one.relationshipType, one.relatedSpdxElement].join(" ")),
    [
      "SPDXRef-DOCUMENT DESCRIBES SPDXRef-program",
      "SPDXRef-program CONTAINS SPDXRef-deno",
      "SPDXRef-program CONTAINS SPDXRef-npm--a-b-1.0.0-c-2.0.0",
      "SPDXRef-npm--a-b-1.0.0-c-2.0.0 DEPENDS_ON SPDXRef-npm-c-2.0.0",
      "SPDXRef-program CONTAINS SPDXRef-npm-c-2.0.0",
      "SPDXRef-npm-test-3.0.0 DEV_DEPENDENCY_OF SPDXRef-program",
    ],
  );
  assert.equal(creationInfo.created, "2026-11-25T00:00:00Z");
});

Deno.test("the same materials give the same document, and others a document with another name", () => {
  const { locked } = MATERIALS;
  assert.deepEqual(sbomOf(MATERIALS), sbomOf({ ...MATERIALS, locked: new Map(locked) }));
  const namespaces = [MATERIALS, { ...MATERIALS, deno: "2.9.7" }].map((made) =>
    sbomOf(made).documentNamespace
  );
  assert.equal(new Set(namespaces).size, 2);
});

Deno.test("lockedPackages() refuses a lock of an unknown version", () => {
  assert.throws(() => lockedPackages('{ "version": "6" }'), /^Error: deno\.lock is of version 6, and not 5$/);
});

Deno.test("what is released has every package of the lock, and contains those that are compiled into the program", async () => {
  const { packages, relationships } = await sbomHere();
  const nameOf = new Map(packages.map(({ SPDXID, name, versionInfo }) => [SPDXID, `${name} ${versionInfo}`]));
  assert.equal(packages.length, Object.keys(JSON.parse(LOCK).npm).length + 2);
  assert.equal(nameOf.size, packages.length);
  const contained = relationships.filter(({ relationshipType }) => relationshipType === "CONTAINS")
    .map(({ relatedSpdxElement }) => nameOf.get(relatedSpdxElement)!);
  const [, compiled] = /^packages\n((?: {2}.*\n)+)/m.exec(
    Deno.readTextFileSync(new URL("compiled.txt", import.meta.url)),
  )!;
  assert.deepEqual(contained.sort(), [`deno ${Deno.version.deno}`, ...compiled.trim().split(/\n */)].sort());
  assert.equal(nameOf.get("SPDXRef-program"), `xetra-parqed ${VERSION}`);
});

Deno.test({
  name: "SPDX's own tools find nothing wrong with it, by the rules of version 2.3, and do find what is wrong",
  ignore: python === null,
}, async () => {
  using folder = temporaryDirectory();
  const sbom = await sbomHere();
  const [, ...rest] = sbom.relationships;
  for (
    const [name, document, code] of [["right", sbom, 0], [
      "wrong",
      { ...sbom, relationships: rest },
      1,
    ]] as const
  ) {
    const path = folder.of(`${name}.spdx.json`);
    Deno.writeTextFileSync(path, JSON.stringify(document));
    const tool = ["-m", "spdx_tools.spdx.clitools.pyspdxtools", "--infile", path, "--version", "SPDX-2.3"];
    const run = await $`${python!} ${tool}`.stdout("piped").stderr("piped").noThrow();
    assert.equal(run.code, code, run.stderr);
  }
});
