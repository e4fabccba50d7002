import type { Path } from "@david/dax";
import type { Making } from "../../scripts/package/making.ts";
import { serviceFiles } from "../../scripts/package/service.ts";

/** A package for this machine, made quickly. */
export const MAKING: Making = { target: Deno.build.target as Making["target"], revision: 1, compress: false };

/** The content of a file of the packaged service, by its installed path. */
export function serviceFile(path: string): string {
  const { content } = serviceFiles().find((file) => `/${file.path}` === path)!;
  return typeof content === "string" ? content : (content as Path).readTextSync();
}

/** The unit of the packages. */
export function packagedUnit(): string {
  return serviceFile("/usr/lib/systemd/system/xetra-parqed.service");
}
