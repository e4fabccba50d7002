import $, { type Path } from "@david/dax";
import { temporaryFolder } from "../temporary_folder.ts";
import { npmCache } from "./npm_cache.ts";
import { ROOT } from "./product.ts";

const MAP = "//# sourceMappingURL=data:application/json;base64,";
/** How a source of a package is named: with its version. */
const PACKAGE = /^npm\/((?:@[^/]+\/)?[^/]+\/[^/]+)\//;

interface SourceMap {
  readonly sources: readonly string[];
  readonly sourcesContent?: readonly string[];
}

/**
 * The program as one module, with an inline source map so that its log tells positions in TypeScript. The same
 * source gives the same bytes, in whatever folder it lies. Never minified: that would drop `using`.
 */
export async function bundle(): Promise<string> {
  using temporary = temporaryFolder();
  const folder = $.path(temporary.path);
  const output = folder.join("app.js");
  const options = ["--platform", "deno", "--sourcemap", "inline", "--output", output];
  await $`${Deno.execPath()} bundle --quiet ${options} main.ts`.cwd(ROOT);
  return withoutThisMachine(await output.readText(), folder, await npmCache());
}

/** The packages of npm in a bundle, as folders of the cache: `commander/15.1.0`. */
export function packagesIn(code: string): string[] {
  const { sources } = mapOf(code);
  return [...new Set(sources.flatMap((path) => PACKAGE.exec(path)?.[1] ?? []))].sort();
}

function mapOf(code: string): SourceMap {
  const text = code.slice(code.lastIndexOf(MAP) + MAP.length).trim();
  return JSON.parse(new TextDecoder().decode(Uint8Array.fromBase64(text)));
}

/** The bundle names modules by their paths from the project, and their sources by those from its own folder. */
function withoutThisMachine(code: string, folder: Path, packages: Path): string {
  const program = code.slice(0, code.lastIndexOf(MAP)).replaceAll(`${ROOT.relative(packages)}/`, "npm/");
  const map = mapOf(code);
  const sources = map.sources.map((source) => folder.join(source).normalize().toString())
    .map((path) => path.replace(`${packages}/`, "npm/").replace(`${ROOT}/`, ""));
  const slim = JSON.stringify({ ...map, sources, sourcesContent: undefined });
  return `${program}${MAP}${new TextEncoder().encode(slim).toBase64()}\n`;
}
