import { createHash } from "node:crypto";
import type { LockedPackage } from "./lock.ts";
import { NAME } from "./product.ts";

/** What a bill of materials is made from. */
export interface Materials {
  readonly version: string;
  /** When the version was released. */
  readonly released: Date;
  /** Of the Deno that is in every program. */
  readonly deno: string;
  /** The packages of the lock by their keys. */
  readonly locked: ReadonlyMap<string, LockedPackage>;
  /** The licenses of the packages in the program, by their keys; other packages serve tests and scripts. */
  readonly shipped: ReadonlyMap<string, string>;
}

interface SpdxPackage {
  readonly SPDXID: string;
  readonly name: string;
  readonly versionInfo: string;
  readonly downloadLocation: string;
  readonly filesAnalyzed: false;
  readonly licenseConcluded: "NOASSERTION";
  readonly licenseDeclared: string;
  readonly copyrightText: "NOASSERTION";
  readonly checksums?: readonly { readonly algorithm: "SHA512"; readonly checksumValue: string }[];
  readonly externalRefs?: readonly {
    readonly referenceCategory: "PACKAGE-MANAGER";
    readonly referenceType: "purl";
    readonly referenceLocator: string;
  }[];
}

interface Relationship {
  readonly spdxElementId: string;
  readonly relationshipType: "DESCRIBES" | "CONTAINS" | "DEPENDS_ON" | "DEV_DEPENDENCY_OF";
  readonly relatedSpdxElement: string;
}

/** A bill of materials as SPDX 2.3 has it, in JSON. */
export interface Sbom {
  readonly spdxVersion: "SPDX-2.3";
  readonly dataLicense: "CC0-1.0";
  readonly SPDXID: typeof DOCUMENT;
  readonly name: string;
  readonly documentNamespace: string;
  readonly creationInfo: { readonly created: string; readonly creators: readonly string[] };
  readonly packages: readonly SpdxPackage[];
  readonly relationships: readonly Relationship[];
}

const DOCUMENT = "SPDXRef-DOCUMENT";
const PROGRAM = "SPDXRef-program";
const DENO = "SPDXRef-deno";
const UNKNOWN = {
  licenseConcluded: "NOASSERTION",
  copyrightText: "NOASSERTION",
  filesAnalyzed: false,
} as const;

/**
 * The bill of materials of a release: the program, the Deno in it, and every package of the lock with the digest of the
 * registry's archive. Packages in the program are distinguished from those of tests and scripts. The same input gives
 * the same document.
 */
export function sbomOf(materials: Materials): Sbom {
  const { version, released, deno, locked, shipped } = materials;
  const packages = [
    programPackage(version),
    denoPackage(deno),
    ...locked.entries().map(([key, pinned]) => npmPackage(key, pinned, shipped.get(key))),
  ];
  const digest = createHash("sha256").update(JSON.stringify(packages)).digest("hex").slice(0, 32);
  return {
    spdxVersion: "SPDX-2.3",
    dataLicense: "CC0-1.0",
    SPDXID: DOCUMENT,
    name: `${NAME}-${version}`,
    documentNamespace: `https://spdx.org/spdxdocs/${NAME}-${version}-${digest}`,
    creationInfo: {
      created: released.toISOString().replace(/\.\d+/, ""),
      creators: [`Tool: ${NAME}-release-${version}`],
    },
    packages,
    relationships: [...relationshipsOf(materials)],
  };
}

function* relationshipsOf({ locked, shipped }: Materials): Generator<Relationship> {
  yield { spdxElementId: DOCUMENT, relationshipType: "DESCRIBES", relatedSpdxElement: PROGRAM };
  yield { spdxElementId: PROGRAM, relationshipType: "CONTAINS", relatedSpdxElement: DENO };
  for (const [key, { needs }] of locked) {
    const id = idOf(key);
    yield shipped.has(key)
      ? { spdxElementId: PROGRAM, relationshipType: "CONTAINS", relatedSpdxElement: id }
      : { spdxElementId: id, relationshipType: "DEV_DEPENDENCY_OF", relatedSpdxElement: PROGRAM };
    for (const needed of needs) {
      yield { spdxElementId: id, relationshipType: "DEPENDS_ON", relatedSpdxElement: idOf(needed) };
    }
  }
}

function programPackage(version: string): SpdxPackage {
  const [versionInfo, downloadLocation, licenseDeclared] = [version, "NOASSERTION", "MIT"];
  return { ...UNKNOWN, SPDXID: PROGRAM, name: NAME, versionInfo, downloadLocation, licenseDeclared };
}

function denoPackage(version: string): SpdxPackage {
  return {
    ...UNKNOWN,
    SPDXID: DENO,
    name: "deno",
    versionInfo: version,
    downloadLocation: `https://github.com/denoland/deno/releases/tag/v${version}`,
    licenseDeclared: "MIT",
    externalRefs: [purl(`pkg:github/denoland/deno@v${version}`)],
  };
}

function npmPackage(
  key: string,
  { name, version, integrity }: LockedPackage,
  license = "NOASSERTION",
): SpdxPackage {
  const checksumValue = Uint8Array.fromBase64(integrity.replace(/^sha512-/, "")).toHex();
  return {
    ...UNKNOWN,
    SPDXID: idOf(key),
    name,
    versionInfo: version,
    downloadLocation: `https://registry.npmjs.org/${name}/-/${name.split("/").at(-1)}-${version}.tgz`,
    licenseDeclared: license,
    checksums: [{ algorithm: "SHA512", checksumValue }],
    externalRefs: [purl(`pkg:npm/${name.replace("@", "%40")}@${version}`)],
  };
}

function purl(referenceLocator: string) {
  return { referenceCategory: "PACKAGE-MANAGER", referenceType: "purl", referenceLocator } as const;
}

/** Letters, digits, `.` and `-` only. */
function idOf(key: string): string {
  return `SPDXRef-npm-${key.replaceAll(/[^A-Za-z0-9.-]+/g, "-")}`;
}
