import $, { type Path } from "@david/dax";
import { temporaryFolder } from "../temporary_folder.ts";
import { npmCache } from "./npm_cache.ts";
import { ROOT } from "./product.ts";

/** The module that starts the program. */
export const MAIN = "main.js";
/** How a module of a bundle names another one: by a digest that depends on the folders of this machine. */
const IMPORTED = /"\.\/([\w-]+-[A-Z0-9]{8}\.js)"/g;
/** How a source of a package is named: with its version. */
const PACKAGE = /^npm\/((?:@[^/]+\/)?[^/]+\/[^/]+)\//;

/** A file of the bundled program. */
export interface BundledFile {
  readonly name: string;
  readonly content: string;
}

/**
 * The program as a few modules, so that each command loads only what it needs: as one module, it takes five times as
 * long to start. Each has a source map beside it, so that the log has positions in TypeScript; one within the module
 * would be read at each start. The same source gives the same bytes, in whatever folder it lies. Never minified: that
 * would drop `using`. In the order of their names.
 */
export async function bundle(): Promise<BundledFile[]> {
  using temporary = temporaryFolder();
  const folder = $.path(temporary.path);
  const options = ["--platform", "deno", "--code-splitting", "--sourcemap", "linked", "--outdir", folder];
  await $`${Deno.execPath()} bundle --quiet ${options} main.ts`.cwd(ROOT);
  const packages = await npmCache();
  const names = newNames(folder);
  return Array.from(names, ([old, name]) => [
    { name, content: renamed(folder.join(old).readTextSync(), old, names, packages) },
    { name: `${name}.map`, content: slimMap(folder, old, packages) },
  ]).flat().sort((a, b) => a.name < b.name ? -1 : 1);
}

/** The packages of npm in a bundle, as folders of the cache: `commander/15.1.0`. */
export function packagesIn(files: readonly BundledFile[]): string[] {
  const maps = files.filter(({ name }) => name.endsWith(".map"));
  const sources = maps.flatMap(({ content }): string[] => JSON.parse(content).sources);
  return [...new Set(sources.flatMap((path) => PACKAGE.exec(path)?.[1] ?? []))].sort();
}

/** The modules of a bundle by their names, each with a name by the order in which the main one reaches them. */
function newNames(folder: Path): Map<string, string> {
  const names = new Map([[MAIN, MAIN]]);
  for (const name of names.keys()) { // including those that are added in the loop
    for (const [, next] of folder.join(name).readTextSync().matchAll(IMPORTED)) {
      if (!names.has(next)) names.set(next, `${next.slice(0, next.lastIndexOf("-"))}-${names.size}.js`);
    }
  }
  return names;
}

/** A module names its sources by their paths from the project. */
function renamed(code: string, old: string, names: ReadonlyMap<string, string>, packages: Path): string {
  return code.replaceAll(
    IMPORTED,
    (all, imported) => names.has(imported) ? `"./${names.get(imported)}"` : all,
  )
    .replace(`sourceMappingURL=${old}.map`, `sourceMappingURL=${names.get(old)}.map`)
    .replaceAll(`${ROOT.relative(packages)}/`, "npm/");
}

/** The source map of a module without the sources' text; it names them by their paths from its own folder. */
function slimMap(folder: Path, module: string, packages: Path): string {
  const map = JSON.parse(folder.join(`${module}.map`).readTextSync());
  const sources = map.sources.map((source: string) => folder.join(source).normalize().toString())
    .map((path: string) => path.replace(`${packages}/`, "npm/").replace(`${ROOT}/`, ""));
  return JSON.stringify({ ...map, sources, sourcesContent: undefined });
}
