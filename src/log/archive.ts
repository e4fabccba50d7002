import { dirname, join } from "node:path";
import { compressRotated } from "./compress.ts";
import { removeIfThere } from "../system/atomic.ts";
import { reasonOf } from "../system/disk_error.ts";
import { parseRotatedName, type RotatedName } from "./rotated_name.ts";

const MILLIS_PER_DAY = 86_400_000;
/** Time after a rotation: by then other writers have noticed it, if they write at all. */
const SETTLE_MILLIS = 2_000;
/** Wait when another writer was silent and still had the rotated file open. */
const BUSY_MILLIS = 60_000;
/** Wait after an error of the disk: one warning an hour is enough. */
const FAILED_MILLIS = 3_600_000;

export interface ArchiveOptions {
  /** The log file that these rotated files come from. */
  readonly path: string;
  /** Days after its rotation after which a rotated file is deleted. */
  readonly keepDays: number;
  readonly now: () => number;
  /** Called with a message when something failed; it will be tried again. */
  readonly warn: (message: string) => void;
}

/**
 * The rotated files of a log: compressed once nobody writes to them, deleted when they are old. It has no timer of its
 * own, which would keep a process alive or wake it. Instead the writer of lines calls `tidyWhenDue`; there is at least
 * one line a day.
 */
export class Archive {
  readonly #stop = new AbortController();
  #due = -Infinity;
  #tidying: Promise<void> | null = null;

  constructor(readonly options: ArchiveOptions) {}

  /** Call this when a file has just been rotated. */
  grew(): void {
    this.#due = Math.min(this.#due, this.options.now() + SETTLE_MILLIS);
  }

  /** Begins to tidy in the background if it is due: at first, after a rotation, and once a day. */
  tidyWhenDue(): void {
    if (this.#tidying !== null || this.options.now() < this.#due) return;
    this.#due = Infinity;
    this.#tidying = this.#tidy().then((pause) => {
      this.#due = Math.min(this.#due, this.options.now() + pause);
      this.#tidying = null;
    });
  }

  /** Ends soon: a large file that is being compressed is left as it was until the next start. */
  async close(): Promise<void> {
    this.#stop.abort();
    await this.#tidying;
  }

  /** Returns the milliseconds until there is something to do again. */
  async #tidy(): Promise<number> {
    const { path, keepDays, now, warn } = this.options;
    try {
      const oldest = now() - keepDays * MILLIS_PER_DAY;
      const { expired = [], plain = [] } = Object.groupBy(
        rotatedFiles(path),
        (file) => stateOf(file, oldest),
      );
      for (const { path } of expired) removeIfThere(path); // another writer of the log may have been faster
      let busy = 0;
      for (const { path } of plain) if (!await compressRotated(path, this.#stop.signal)) busy++;
      return busy > 0 ? BUSY_MILLIS : MILLIS_PER_DAY;
    } catch (error) {
      warn(`Old logs beside ${path} are not tidied up: ${reasonOf(error)}. It is tried again in an hour`);
      return FAILED_MILLIS;
    }
  }
}

function stateOf({ rotatedAt, plain }: RotatedName, oldest: number): "expired" | "plain" | "compressed" {
  if (rotatedAt < oldest) return "expired";
  return plain ? "plain" : "compressed";
}

function rotatedFiles(path: string): (RotatedName & { readonly path: string })[] {
  const directory = dirname(path);
  return [...Deno.readDirSync(directory)].flatMap(({ name, isFile }) => {
    const rotated = isFile ? parseRotatedName(name, path) : null;
    return rotated === null ? [] : [{ ...rotated, path: join(directory, name) }];
  });
}
