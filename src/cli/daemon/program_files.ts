import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { CannotGoOn } from "../../daemon/cannot_go_on.ts";
import { entriesOf } from "../../system/atomic.ts";
import { infoOf } from "../../system/flock.ts";

/**
 * The files of which this program consists as it runs. The thread of each cycle is loaded from them anew: from a cache
 * that was deleted it cannot be, and from sources that were replaced it would be another program than the daemon's.
 */
export class ProgramFiles {
  readonly #atStart: ReadonlyMap<string, string>;

  /** Remembers them as they are now. `main` is the module that runs: of a bundle the only file, else `src/` lies beside it. */
  constructor(main: string) {
    const paths = [main, ...sourcesBelow(join(dirname(main), "src"))];
    this.#atStart = new Map(paths.map((path) => [path, stateOf(path)]));
  }

  /** Throws `CannotGoOn` when one of them is gone or another one; takes 2 ms for a source tree. */
  assertUnchanged(): void {
    for (const [path, state] of this.#atStart) {
      if (stateOf(path) !== state) throw new CannotGoOn(`${path} was deleted or replaced while it ran`);
    }
  }
}

/** Those of the program that runs; null where it is within its executable, or may not be looked at. */
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

/** Its size and when it was written last: the same program that is unpacked anew is the same file. */
function stateOf(path: string): string {
  const info = infoOf(path);
  return info === null ? "gone" : `${info.size} ${info.mtime?.getTime()}`;
}
