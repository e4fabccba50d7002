/** What is shipped, and what it is called. */
import $, { type Path } from "@david/dax";
import config from "../../deno.json" with { type: "json" };

export const NAME: string = config.name;
export const VERSION: string = config.version;

/** The machines that releases are built for. */
export const TARGETS = ["x86_64-unknown-linux-gnu", "aarch64-unknown-linux-gnu"] as const;
export type Target = typeof TARGETS[number];

export const ROOT: Path = $.path(import.meta.dirname!).join("../..").normalize();
/** Not tracked. */
export const BIN: Path = ROOT.join("dist/bin");

/** `xetra-parqed-0.2.0-x86_64-unknown-linux-gnu` */
export function productName(target: string): string {
  return `${NAME}-${VERSION}-${target}`;
}
