import { basename, dirname, join, resolve, sep } from "node:path";
import type { Layout } from "../store/layout.ts";
import { ifThere } from "../system/atomic.ts";
import { errorCode, reasonOf } from "../system/disk_error.ts";

/** Why a folder cannot be a lake; null when it can. Readers of the stored data would come upon its files. */
export function objectionToLake(folder: string, layout: Layout): string | null {
  const [lake, data] = [realPath(folder), realPath(layout.data)];
  if (lake !== data && !lake.startsWith(`${data}${sep}`)) return null;
  return `${folder} lies among the stored data, whose readers would find each trade twice: choose another folder`;
}

/** What a daemon has to say of its lake before it starts. */
export interface LakeVerdict {
  readonly objection: string | null;
  readonly warning: string | null;
}

/**
 * As `objectionToLake`, but a warning when the system does not let the folder be looked at: a share that is not mounted
 * stops the exports, and must not stop the trades.
 */
export function judgeLake(folder: string, layout: Layout): LakeVerdict {
  try {
    return { objection: objectionToLake(folder, layout), warning: null };
  } catch (error) {
    if (errorCode(error) === undefined) throw error;
    const reason = `The lake ${folder} cannot be looked at: ${reasonOf(error)}`;
    return { objection: null, warning: `${reason}; trades are collected all the same` };
  }
}

/** The path without links, as far as it exists. */
function realPath(path: string): string {
  const whole = resolve(path);
  const parent = dirname(whole);
  return ifThere(() => Deno.realPathSync(whole)) ??
    (parent === whole ? whole : join(realPath(parent), basename(whole)));
}
