import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { CannotGoOn } from "../../daemon/cannot_go_on.ts";
import { entriesOf, infoOf } from "../../system/atomic.ts";

/**
 * The files that the running program consists of. The thread of each cycle loads them again: that fails if a cache was
 * deleted, and would run a different program than the daemon's if sources were replaced.
 */
export class ProgramFiles {
  readonly #atStart: ReadonlyMap<string, string>;

  /**
   * Remembers their current state. `main` is the main module: one of a bundle, which has a folder of its own, or else the
   * file beside `src/`.
   */
  constructor(main: string) {
    const isBundle = main.endsWith(".js");
    const paths = isBundle
      ? sourcesBelow(dirname(main))
      : [main, ...sourcesBelow(join(dirname(main), "src"))];
    this.#atStart = new Map(paths.map((path) => [path, stateOf(path)]));
  }

  /** Throws `CannotGoOn` when one of them is gone or has changed; takes 2 ms for a source tree. */
  assertUnchanged(): void {
    for (const [path, state] of this.#atStart) {
      if (stateOf(path) !== state) throw new CannotGoOn(`${path} was deleted or replaced while it ran`);
    }
  }
}

/** The files of the running program; null when it is inside its executable, or its files may not be read. */
export function ownFiles(): ProgramFiles | null {
  if (Deno.build.standalone) return null;
  const main = fileURLToPath(Deno.mainModule);
  const { state } = Deno.permissions.querySync({ name: "read", path: dirname(main) });
  return state === "granted" ? new ProgramFiles(main) : null;
}

function sourcesBelow(folder: string): string[] {
  return entriesOf(folder).flatMap(({ name, isDirectory }) => {
    const path = join(folder, name);
    return isDirectory ? sourcesBelow(path) : [path];
  });
}

/** Its size and time of last writing: unpacking the same program again does not change them. */
function stateOf(path: string): string {
  const info = infoOf(path);
  return info === null ? "gone" : `${info.size} ${info.mtime?.getTime()}`;
}
