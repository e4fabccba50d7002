import $, { type Path } from "@david/dax";
import { temporaryFolder } from "../temporary_folder.ts";
import { ROOT } from "./product.ts";

const MAP = "//# sourceMappingURL=data:application/json;base64,";

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

async function npmCache(): Promise<Path> {
  const info = await $`${Deno.execPath()} info --json`.cwd(ROOT).json<{ npmCache: string }>();
  return $.path(info.npmCache).join("registry.npmjs.org");
}

/** The bundle names modules by their paths from the project, and their sources by those from its own folder. */
function withoutThisMachine(code: string, folder: Path, packages: Path): string {
  const end = code.lastIndexOf(MAP);
  const program = code.slice(0, end).replaceAll(`${ROOT.relative(packages)}/`, "npm/");
  const map: SourceMap = JSON.parse(
    new TextDecoder().decode(Uint8Array.fromBase64(code.slice(end + MAP.length).trim())),
  );
  const sources = map.sources.map((source) => folder.join(source).normalize().toString())
    .map((path) => path.replace(`${packages}/`, "npm/").replace(`${ROOT}/`, ""));
  const slim = JSON.stringify({ ...map, sources, sourcesContent: undefined });
  return `${program}${MAP}${new TextEncoder().encode(slim).toBase64()}\n`;
}
