import $, { type Path } from "@david/dax";
import { createHash } from "node:crypto";
import { manual } from "../manual/manual.ts";
import { temporaryFolder } from "../temporary_folder.ts";
import { tarGz } from "./archive.ts";
import { compile } from "./compile.ts";
import { howToInstall } from "./how_to_install.ts";
import { notesOf } from "./notes.ts";
import { makePackages } from "../package/make.ts";
import { makePortable } from "./portable.ts";
import { BIN, NAME, productName, ROOT, type Target, TARGETS, VERSION } from "./product.ts";
import { repositoryHere } from "./repository.ts";
import { sbomHere } from "./sbom_here.ts";

const TEXTS = ["LICENSE", "README.md", "CHANGELOG.md"];
/** What the build writes, what builds from or starts a checkout, and what only packages contain. */
const NOT_SHIPPED = ["bin", "docker", "from-source", "package"];

/** How a release is made. */
export interface Releasing {
  /** Packages that are not compressed are made in seconds: for tests. */
  readonly compress: boolean;
}

/**
 * Makes all that a release consists of in `folder`/assets: for each machine a tar.gz, the portable program and the
 * packages of the distributions; the bill of materials, and SHA256SUMS of them all. Beside it NOTES.md, which
 * say how to install it when GitHub's variables name the repository. Throws
 * `NoBaseBinary`, and when CHANGELOG.md has no notes.
 */
export async function makeRelease(folder: Path, { compress }: Releasing): Promise<void> {
  const notes = notesOf(ROOT.join("CHANGELOG.md").readTextSync(), VERSION);
  const assets = folder.join("assets");
  assets.emptyDirSync();
  for (const target of TARGETS) {
    assets.join(`${productName(target)}.tar.gz`).writeSync(await pack(target));
    (await makePortable(BIN, target)).copyToDirSync(assets);
    await makePackages({ target, revision: 1, compress }, assets);
  }
  assets.join(`${NAME}-${VERSION}.spdx.json`).writeJsonPrettySync(await sbomHere());
  assets.join("SHA256SUMS").writeTextSync(sumsOf(assets));
  const repository = repositoryHere();
  folder.join("NOTES.md").writeTextSync(
    repository === null ? notes : `${notes}\n${howToInstall(repository)}`,
  );
}

/** The archive for a target: the program, its texts, and what dist/ has for services. */
async function pack(target: Target): Promise<Uint8Array> {
  using temporary = temporaryFolder();
  const content = $.path(temporary.path).join(productName(target));
  content.join("dist").mkdirSync({ recursive: true });
  await compile(target, content.join("xetra-parqed"));
  for (const text of TEXTS) content.join(text).symlinkToSync(ROOT.join(text), { kind: "absolute" });
  for (const { name } of ROOT.join("dist").readDirSync()) {
    if (NOT_SHIPPED.includes(name)) continue;
    content.join("dist", name).symlinkToSync(ROOT.join("dist", name), { kind: "absolute" });
  }
  content.join("dist/man/xetra-parqed.1").ensureFileSync().writeTextSync(manual());
  return await tarGz($.path(temporary.path), [productName(target)]);
}

/** As `sha256sum` prints them, by name. */
function sumsOf(folder: Path): string {
  const names = [...folder.readDirSync()].map(({ name }) => name).sort();
  const sum = (name: string) => createHash("sha256").update(folder.join(name).readBytesSync()).digest("hex");
  return names.map((name) => `${sum(name)}  ${name}\n`).join("");
}
