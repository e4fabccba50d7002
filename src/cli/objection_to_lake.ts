import { basename, dirname, join, resolve, sep } from "node:path";
import type { Layout } from "../store/layout.ts";
import { ifThere } from "../system/atomic.ts";

/** Why a folder can be no lake; null when it can. Readers of the stored data would come upon its files. */
export function objectionToLake(folder: string, layout: Layout): string | null {
  const [lake, data] = [realPath(folder), realPath(layout.data)];
  if (lake !== data && !lake.startsWith(`${data}${sep}`)) return null;
  return `${folder} lies among the stored data, whose readers would find each trade twice: choose another folder`;
}

/** Without links, as far as it is there. */
function realPath(path: string): string {
  const whole = resolve(path);
  const parent = dirname(whole);
  return ifThere(() => Deno.realPathSync(whole)) ??
    (parent === whole ? whole : join(realPath(parent), basename(whole)));
}
