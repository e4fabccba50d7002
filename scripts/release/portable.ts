import $, { type Path } from "@david/dax";
import { createHash } from "node:crypto";
import { join } from "node:path";
import { temporaryFolder } from "../temporary_folder.ts";
import { tarGz } from "./archive.ts";
import { bundle, type BundledFile } from "./bundle.ts";
import { denoFor } from "./deno_for.ts";
import { BAKED_FLAGS, ENVIRONMENT } from "./flags.ts";
import { productName, type Target, VERSION } from "./product.ts";

const STUB = Deno.readTextFileSync(new URL("stub.sh", import.meta.url));
/** Where Deno keeps compiled code beside them. */
const DENO_CACHE_KILOBYTES = 8_192;

/** The machine that runs this. */
const HERE = Deno.build.target as Target;

/**
 * Makes the portable program in `folder`: a shell script, and behind it the Deno that runs this, or npm's for another
 * machine, and the bundled program. Does nothing if it exists already. Returns its path.
 */
export async function makePortable(folder: Path, target: Target = HERE): Promise<Path> {
  const output = folder.join(`${productName(target)}.run`);
  const app = await bundle();
  const deno = await denoFor(target);
  const stub = stubFor(target, await deno.readBytes(), app);
  if (!isMadeBy(stub, output)) await write(output, stub, deno, app);
  return output;
}

/** The script for these files, with their digest. */
function stubFor(target: Target, deno: Uint8Array, app: readonly BundledFile[]): string {
  const contents = [deno, ...app.map(({ content }) => new TextEncoder().encode(content))];
  const sizes = contents.map(({ length }) => length);
  const facts = {
    VERSION,
    TARGET: target,
    SIZES: sizes.join(" "),
    KILOBYTES: Math.ceil(sizes.reduce((sum, size) => sum + size) / 1024) + DENO_CACHE_KILOBYTES,
    LINES: STUB.split("\n").length, // the last one is empty: the payload begins there
    ENVIRONMENT,
    FLAGS: BAKED_FLAGS.map((flag) => `'${flag}'`).join(" "),
  };
  const script = Object.entries(facts).reduce(
    (text, [name, fact]) => text.replaceAll(`@${name}@`, `${fact}`),
    STUB,
  );
  const digest = createHash("sha256").update(script);
  for (const content of contents) digest.update(content);
  return script.replaceAll("@ID@", digest.digest("hex").slice(0, 16));
}

function isMadeBy(stub: string, output: Path): boolean {
  if (!output.existsSync()) return false;
  using file = Deno.openSync(output.toString());
  const start = new Uint8Array(stub.length);
  file.readSync(start);
  return new TextDecoder().decode(start) === stub;
}

/** Written beside its place first, so that a running older version is not disturbed. */
async function write(output: Path, stub: string, deno: Path, app: readonly BundledFile[]): Promise<void> {
  using parts = temporaryFolder();
  Deno.symlinkSync(deno.toString(), join(parts.path, "xetra-parqed"));
  Deno.mkdirSync(join(parts.path, "app"));
  for (const { name, content } of app) Deno.writeTextFileSync(join(parts.path, "app", name), content);
  const payload = await tarGz($.path(parts.path), ["app", "xetra-parqed"]);
  output.parentOrThrow().mkdirSync({ recursive: true });
  const unfinished = output.withBasename(`.${output.basename()}.${Deno.pid}`);
  unfinished.writeTextSync(stub, { mode: 0o755 });
  unfinished.appendSync(payload);
  unfinished.renameSync(output);
}
