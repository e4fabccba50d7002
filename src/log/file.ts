import { tryFlock } from "../system/flock.ts";

/**
 * Opens `path` and locks it, shared or exclusively. Null when another process holds a conflicting lock, or `path` has
 * become another file meanwhile. Does not wait. Throws what opening throws.
 */
export function openLocked(
  path: string,
  options: Deno.OpenOptions,
  mode: "exclusive" | "shared",
): Deno.FsFile | null {
  using opened = new DisposableStack();
  const file = opened.use(Deno.openSync(path, options));
  if (!tryFlock(path, file, mode)) return null;
  opened.move();
  return file;
}
