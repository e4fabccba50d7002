import $, { type Path } from "@david/dax";
import { createHash } from "node:crypto";
import { manual } from "../manual/manual.ts";
import { temporaryFolder } from "../temporary_folder.ts";
import { tarGz } from "./archive.ts";
import { compile } from "./compile.ts";
import { notesOf } from "./notes.ts";
import { makePortable } from "./portable.ts";
import { BIN, productName, ROOT, type Target, TARGETS, VERSION } from "./product.ts";

const TEXTS = ["LICENSE", "README.md", "CHANGELOG.md"];
/** What the build writes, what starts a checkout, and what is of packages only. */
const NOT_SHIPPED = ["bin", "from-source", "package"];

/**
 * Makes all that a release consists of in `folder`: a tar.gz for each target, the portable program for machines like
 * this one, and SHA256SUMS of them; beside it NOTES.md. Throws `NoBaseBinary`, and when CHANGELOG.md has no notes.
 */
export async function makeRelease(folder: Path): Promise<void> {
  const notes = notesOf(ROOT.join("CHANGELOG.md").readTextSync(), VERSION);
  const assets = folder.join("assets");
  assets.emptyDirSync();
  for (const target of TARGETS) {
    assets.join(`${productName(target)}.tar.gz`).writeSync(await pack(target));
  }
  (await makePortable(BIN)).copyToDirSync(assets);
  assets.join("SHA256SUMS").writeTextSync(sumsOf(assets));
  folder.join("NOTES.md").writeTextSync(notes);
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
