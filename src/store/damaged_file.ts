import { reasonOf, withPath } from "../system/disk_error.ts";
import { ForeignFile, isNotAsWritten } from "./not_as_written.ts";

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

/** The damage of a day's file. */
export class DamagedPartition extends DamagedFile {
  override name = "DamagedPartition";

  constructor(path: string, cause: unknown) {
    super(path, cause, OF_PARTITION);
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
    throw isNotAsWritten(error) ? new Damaged(path, error) : withPath(path, error);
  }
}
