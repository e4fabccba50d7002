import type { Path } from "@david/dax";
import { npmCache } from "../release/npm_cache.ts";
import { ROOT } from "../release/product.ts";

const DENO = `Deno and what it is made of, among it V8: https://github.com/denoland/deno
Copyright 2018-2026 the Deno authors, under the same MIT license; for the parts see its sources.
`;

/**
 * The licenses of the program, of Deno, and of the packages of npm that are in it, `commander/15.1.0`. Throws when one
 * of them has no license.
 */
export async function copyrightText(packages: readonly string[]): Promise<string> {
  const cache = await npmCache();
  const own = `xetra-parqed\n\n${ROOT.join("LICENSE").readTextSync()}`;
  const others = packages.map((name) =>
    `${name.replace(/\/([^/]+)$/, " $1")}, of npm\n\n${licenseIn(cache.join(name))}`
  );
  return [own, DENO, ...others].map((text) => text.trimEnd()).join(`\n\n${"-".repeat(72)}\n\n`) + "\n";
}

function licenseIn(folder: Path): string {
  const file = [...folder.readDirSync()].find(({ name }) => /^licen[cs]e/i.test(name));
  if (file === undefined) throw new Error(`${folder} has no license`);
  return folder.join(file.name).readTextSync();
}
