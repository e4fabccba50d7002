import $, { type Path } from "@david/dax";
import { temporaryFolder } from "../temporary_folder.ts";
import { programsIn, startsOf } from "./programs.ts";

/** A line for each of a release's assets: its size and, of the programs for this machine, how long they take to start. */
export async function* describe(assets: Path): AsyncGenerator<string> {
  using temporary = temporaryFolder();
  const scratch = $.path(temporary.path);
  const programs = new Map((await programsIn(assets, scratch)).map(({ asset, path }) => [asset, path]));
  for (const { name, path } of [...assets.readDirSync()].sort((a, b) => a.name < b.name ? -1 : 1)) {
    const size = `${name}: ${(path.statSync()!.size / 1e6).toFixed(1)} MB`;
    const program = programs.get(name);
    yield program === undefined ? size : `${size}, ${await startsText(program, scratch.join("cache"))}`;
  }
}

async function startsText(program: Path, cache: Path): Promise<string> {
  const { first, next } = await startsOf(program, cache);
  return `starts in ${(first / 1000).toFixed(2)} s, then in ${(next / 1000).toFixed(2)} s`;
}
