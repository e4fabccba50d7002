import $, { type Path } from "@david/dax";
import { ROOT } from "./product.ts";

/** Where Deno keeps the packages of npm's registry, a folder for each name and version. */
export async function npmCache(): Promise<Path> {
  const info = await $`${Deno.execPath()} info --json`.cwd(ROOT).json<{ npmCache: string }>();
  return $.path(info.npmCache).join("registry.npmjs.org");
}
