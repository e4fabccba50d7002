/** The keys that a document has, in the terms of the page. */
import type { Keys } from "./page.ts";

/** An entry of a list, as it is printed. */
export type Entry = Readonly<Record<string, unknown>>;

/**
 * The paths of all keys of a value. Keys that are names count as one, `NAME`, where `known` has it. The entries of lists
 * in `closed` are left out.
 */
export function keysOf(value: unknown, known: Keys, closed: Keys, path = ""): string[] {
  if (Array.isArray(value)) {
    return closed.has(path) ? [] : value.flatMap((entry) => keysOf(entry, known, closed, path));
  }
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, below]) => {
    const name = known.has(joined(path, "NAME")) ? "NAME" : key;
    const own = joined(path, name) + (Array.isArray(below) ? "[]" : "");
    return [own, ...keysOf(below, known, closed, own)];
  });
}

function joined(path: string, key: string): string {
  return path === "" ? key : `${path}.${key}`;
}
