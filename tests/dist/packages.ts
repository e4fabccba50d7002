import type { Path } from "@david/dax";
import { type Made, makePackages } from "../../scripts/package/make.ts";
import type { Making } from "../../scripts/package/making.ts";
import { serviceFiles } from "../../scripts/package/service.ts";
import { withBase } from "./stand_in.ts";

/** A package for this machine, made quickly. */
export const MAKING: Making = { target: Deno.build.target as Making["target"], revision: 1, compress: false };

/** A base binary that is nowhere: Deno would download its own, where the network lets it. */
const NO_BASE = "/nowhere/denort";

/** Makes a package for Debian in a folder, with Deno as it is in it, whatever could be downloaded here. */
export async function makeDebWithDeno(making: Making, folder: Path): Promise<Made> {
  const [made] = await withBase(NO_BASE, () => makePackages(making, folder, { kinds: ["deb"] }));
  return made;
}

/** The content of a file of the packaged service, by its installed path. */
export function serviceFile(path: string): string {
  const { content } = serviceFiles().find((file) => `/${file.path}` === path)!;
  return typeof content === "string" ? content : (content as Path).readTextSync();
}

/** The unit of the packages. */
export function packagedUnit(): string {
  return serviceFile("/usr/lib/systemd/system/xetra-parqed.service");
}
