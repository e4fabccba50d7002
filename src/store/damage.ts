/**
 * What counts as damage of a stored file: what its content says against itself, or a folder in its place. What the
 * system says to a reading, such as EIO, is none, nor is a fault of the program.
 */
import { errorCode, reasonOf, withPath } from "../system/disk_error.ts";

/** A file does not hold what this program wrote: its content says so, and would say so again. */
export class NotAsWritten extends Error {
  override name = "NotAsWritten";
}

/** A Parquet file that another program wrote. */
export class ForeignFile extends NotAsWritten {
  override name = "ForeignFile";
}

/** Whether an error is what lies at a path, by its content or as a folder, and not a failure to read it. */
export function isNotAsWritten(error: unknown): error is Error {
  return error instanceof NotAsWritten || error instanceof Deno.errors.IsADirectory;
}

/**
 * What a library makes of bytes that no digest has proved: what it throws over them is what they say, and becomes
 * `NotAsWritten`. What the system throws stays what it is.
 */
export async function unproven<T>(parse: () => T | Promise<T>): Promise<T> {
  try {
    return await parse();
  } catch (error) {
    if (errorCode(error) !== undefined || error instanceof NotAsWritten) throw error;
    throw new NotAsWritten(reasonOf(error), { cause: error });
  }
}

/** What to do about a damaged file of a kind. */
interface Advice {
  /** That nothing has happened to it. */
  readonly untouched: string;
  readonly repair: string;
  /** Where another program wrote it. */
  readonly foreign: string;
}

/** A file of trades is not what was written. It is left as it is. */
export abstract class DamagedFile extends Error {
  /** What is wrong with it, in words. */
  readonly what: string;
  /** Whether another program wrote it. */
  readonly isForeign: boolean;

  constructor(readonly path: string, cause: unknown, { untouched, repair, foreign }: Advice) {
    const what = reasonOf(cause);
    const isForeign = cause instanceof ForeignFile;
    const found = isForeign ? `${path}: ${what}` : `${path} is damaged (${what})`;
    super(`${found}. ${untouched}; ${isForeign ? foreign : repair}`, { cause });
    this.what = what;
    this.isForeign = isForeign;
  }
}

const REPAIR_DAY = "xetra-parqed verify VENUE --repair sets it aside and rebuilds the day.";

const OF_PARTITION: Advice = {
  untouched: "It has not been touched, and what is fetched for its day stays in the raw spool",
  repair: REPAIR_DAY,
  foreign:
    `xetra-parqed adopt VENUE takes over its trades, if it is the Python predecessor's, and otherwise ${REPAIR_DAY}`,
};

const OF_MONTH: Advice = {
  untouched: "It has not been touched",
  repair: "xetra-parqed verify VENUE --repair sets it aside and rebuilds the month from its days",
  foreign:
    "move it away, and the month is made of its days: the Python predecessor's are taken over by adopt",
};

const OF_BARS: Advice = {
  untouched: "It has not been touched",
  repair: "xetra-parqed bars VENUE makes it anew",
  foreign: "xetra-parqed bars VENUE makes it anew",
};

/** The damage of a day's file. */
export class DamagedPartition extends DamagedFile {
  override name = "DamagedPartition";

  constructor(path: string, cause: unknown) {
    super(path, cause, OF_PARTITION);
  }
}

/** The damage of a file of bars. */
export class DamagedBars extends DamagedFile {
  override name = "DamagedBars";

  constructor(path: string, cause: unknown) {
    super(path, cause, OF_BARS);
  }
}

/** The damage of a month's file. */
export class DamagedMonth extends DamagedFile {
  override name = "DamagedMonth";

  constructor(path: string, cause: unknown) {
    super(path, cause, OF_MONTH);
  }
}

/**
 * What `read` returns. Only what the content at `path` says against itself, or a folder in its place, is damage. What
 * the system says, such as EIO or EMFILE, is thrown with the path: the file may be as it should. Anything else is a
 * fault of the program, and is thrown as it is.
 */
export async function readDamageable<T>(
  path: string,
  Damaged: new (path: string, cause: unknown) => DamagedFile,
  read: () => T | Promise<T>,
): Promise<T> {
  try {
    return await read();
  } catch (error) {
    throw damageOr(path, Damaged, error);
  }
}

/** What `work` returns; where it throws the damage of a file of this kind, what `otherwise` makes of that. */
export async function catchDamage<D extends DamagedFile, T, U>(
  Damaged: new (path: string, cause: unknown) => D,
  work: () => Promise<T>,
  otherwise: (damage: D) => U,
): Promise<T | U> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Damaged) return otherwise(error);
    throw error;
  }
}

/** What is to be thrown in place of what reading the file at `path` threw: see `readDamageable`. */
export function damageOr(
  path: string,
  Damaged: new (path: string, cause: unknown) => DamagedFile,
  error: unknown,
): unknown {
  return isNotAsWritten(error) ? new Damaged(path, error) : withPath(path, error);
}
