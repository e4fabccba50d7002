import $, { type Path } from "@david/dax";
import { createHash } from "node:crypto";
import { join } from "node:path";
import { temporaryFolder } from "../temporary_folder.ts";
import { tarGz } from "./archive.ts";
import { bundle } from "./bundle.ts";
import { BAKED_FLAGS, ENVIRONMENT } from "./flags.ts";
import { productName, VERSION } from "./product.ts";

const STUB = Deno.readTextFileSync(new URL("stub.sh", import.meta.url));
/** What Deno keeps beside them of what it has compiled. */
const DENO_CACHE_KILOBYTES = 8_192;

/**
 * Makes the portable program in `folder`: a shell script, and behind it the Deno that runs this and the bundled
 * program. Nothing is done if it is there already. Returns its path.
 */
export async function makePortable(folder: Path): Promise<Path> {
  const output = folder.join(`${productName(Deno.build.target)}.run`);
  const app = new TextEncoder().encode(await bundle());
  const deno = await Deno.readFile(Deno.execPath());
  const stub = stubFor(deno, app);
  if (!isMadeBy(stub, output)) await write(output, stub, app);
  return output;
}

/** The script for these two files, with their digest. */
function stubFor(deno: Uint8Array, app: Uint8Array): string {
  const facts = {
    VERSION,
    TARGET: Deno.build.target,
    SIZES: `${deno.length} ${app.length}`,
    KILOBYTES: Math.ceil((deno.length + app.length) / 1024) + DENO_CACHE_KILOBYTES,
    LINES: STUB.split("\n").length, // the last one is empty: the payload begins there
    ENVIRONMENT,
    FLAGS: BAKED_FLAGS.map((flag) => `'${flag}'`).join(" "),
  };
  const script = Object.entries(facts).reduce(
    (text, [name, fact]) => text.replaceAll(`@${name}@`, `${fact}`),
    STUB,
  );
  const digest = createHash("sha256").update(script).update(deno).update(app).digest("hex");
  return script.replaceAll("@ID@", digest.slice(0, 16));
}

function isMadeBy(stub: string, output: Path): boolean {
  if (!output.existsSync()) return false;
  using file = Deno.openSync(output.toString());
  const start = new Uint8Array(stub.length);
  file.readSync(start);
  return new TextDecoder().decode(start) === stub;
}

/** Beside its place first: who runs the one before goes on doing so. */
async function write(output: Path, stub: string, app: Uint8Array): Promise<void> {
  using parts = temporaryFolder();
  Deno.symlinkSync(Deno.execPath(), join(parts.path, "xetra-parqed"));
  Deno.writeFileSync(join(parts.path, "app.js"), app);
  const payload = await tarGz($.path(parts.path), ["app.js", "xetra-parqed"]);
  output.parentOrThrow().mkdirSync({ recursive: true });
  const unfinished = output.withBasename(`.${output.basename()}.${Deno.pid}`);
  unfinished.writeTextSync(stub, { mode: 0o755 });
  unfinished.appendSync(payload);
  unfinished.renameSync(output);
}
