/** What `deno task test` runs: the checks of the code, and each file of tests in a process of its own. */
import { join, relative, resolve } from "node:path";

/** A command to run. */
export interface Job {
  /** Its name for people: `lint`, or the path of a test file below the checkout. */
  readonly name: string;
  /** What follows `deno`. */
  readonly args: readonly string[];
  /** Whether it tests, and so has to count its tests. */
  readonly isTest: boolean;
}

const CODE = ["main.ts", "src", "scripts", "tests"];
/**
 * Folders whose files take long are at both ends of the list, from which the lanes take: the lanes meet among short ones
 * and end together. Tests that wait more than they work come first, so that others run beside them, and those of readers
 * before all: a single file of these takes minutes.
 */
const FIRST = ["tests/readers", "tests/faults", "tests/dist/real", "tests/browser"];
const LAST = ["tests/dist", "tests/e2e"];

/** Format, lint and types. */
export const CHECKS: readonly Job[] = Object.entries({
  fmt: ["fmt", "--check"],
  lint: ["lint"],
  types: ["check", ...CODE],
}).map(([name, args]) => ({ name, args: [...args, "--quiet"], isTest: false }));

/**
 * The files of tests at `paths` (files or folders, relative to the folder `root`), each once, those of `FIRST` first
 * and those of `LAST` last. Throws `Deno.errors.NotFound` when there is nothing at a path.
 */
export function testJobs(root: string, paths: readonly string[]): Job[] {
  const files = paths.flatMap((path) => filesAt(root, relative(root, resolve(root, path))));
  const names = [...new Set(files)].sort();
  return names.sort((a, b) => placeOf(a) - placeOf(b))
    .map((name) => ({ name, args: ["test", "--allow-all", "--no-check", name], isTest: true }));
}

/** Negative for a file below one of `FIRST`, positive below one of `LAST`. */
function placeOf(name: string): number {
  const isBelow = (folder: string) => name.startsWith(`${folder}/`);
  const first = FIRST.findIndex(isBelow);
  return first >= 0 ? first - FIRST.length : LAST.findIndex(isBelow) + 1;
}

/** The path itself if it is a file; for a folder, all test files in it and below. */
function filesAt(root: string, path: string): string[] {
  if (Deno.statSync(join(root, path)).isFile) return [path];
  return [...Deno.readDirSync(join(root, path))].flatMap(({ name, isDirectory }) => {
    if (isDirectory) return filesAt(root, join(path, name));
    return name.endsWith("_test.ts") ? [join(path, name)] : [];
  });
}
