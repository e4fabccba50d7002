/**
 * What counts as damage of a stored file: content that contradicts itself, or a folder in the file's place. An error of
 * the system while reading, such as EIO, is not damage, and neither is a fault of the program.
 */
import { basename } from "node:path";
import { errorCode, reasonOf, withPath } from "../system/disk_error.ts";
import { QUOTES_BY_HOUR } from "./datasets.ts";
import { placeOf } from "./layout.ts";

/** A file does not hold what this program wrote: its content shows it, and would show it again. */
export class NotAsWritten extends Error {
  override name = "NotAsWritten";
}

/** A Parquet file that another program wrote. */
export class ForeignFile extends NotAsWritten {
  override name = "ForeignFile";
}

/** Whether an error means that the content at a path is wrong (or is a folder), rather than that reading it failed. */
export function isNotAsWritten(error: unknown): error is Error {
  return error instanceof NotAsWritten || error instanceof Deno.errors.IsADirectory;
}

/**
 * For bytes that no digest has proved: whatever the parsing library throws over them is blamed on the bytes and becomes
 * `NotAsWritten`. What the system throws is passed on unchanged.
 */
export async function unproven<T>(parse: () => T | Promise<T>): Promise<T> {
  try {
    return await parse();
  } catch (error) {
    if (errorCode(error) !== undefined || error instanceof NotAsWritten) throw error;
    throw new NotAsWritten(reasonOf(error), { cause: error });
  }
}

/** What to do about a damaged file of some kind. */
interface Advice {
  /** Says that nothing has happened to it. */
  readonly untouched: string;
  readonly repair: string;
  /** What to do when another program wrote it. */
  readonly foreign: string;
}

/** A file of trades that is not what was written. It is left as it is. */
export abstract class DamagedFile extends Error {
  /** What is wrong with it, in words. */
  readonly what: string;
  /** Whether another program wrote it. */
  readonly isForeign: boolean;

  constructor(readonly path: string, cause: unknown, { untouched, repair, foreign }: Advice) {
    const what = reasonOf(cause);
    const isForeign = cause instanceof ForeignFile;
    const found = isForeign ? `${path}: ${what}` : `${path} is damaged (${what})`;
    super(`${found}. ${untouched}; ${forPath(isForeign ? foreign : repair, path)}`, { cause });
    this.what = what;
    this.isForeign = isForeign;
  }
}

/** An advice with the venue and the date of a path in the place of `VENUE` and `DATE`, to be copied. */
function forPath(advice: string, path: string): string {
  const place = placeOf(path);
  if (place === null) return advice;
  const date = place.period.slice(0, "2026-09-01".length);
  return advice.replaceAll("VENUE", place.venue).replaceAll("DATE", date);
}

const REPAIR_DAY = "xetra-parqed verify VENUE --date DATE --repair sets it aside and rebuilds the day.";

const OF_PARTITION: Advice = {
  untouched: "It has not been touched, and what is fetched for its day stays in the raw spool",
  repair: REPAIR_DAY,
  foreign:
    `xetra-parqed adopt VENUE takes over its trades, if it is the Python predecessor's, and otherwise ${REPAIR_DAY}`,
};

const REPAIR_HOUR =
  "xetra-parqed verify VENUE --quotes --date DATE --repair sets it aside and rebuilds the hour.";

const OF_HOUR: Advice = {
  untouched: "It has not been touched, and what is fetched for its hour stays in the raw spool",
  repair: REPAIR_HOUR,
  foreign: REPAIR_HOUR,
};

const OF_MONTH: Advice = {
  untouched: "It has not been touched",
  repair: "xetra-parqed verify VENUE --repair sets it aside and rebuilds the month from its days",
  foreign:
    "move it away, then the month is made from its days; adopt takes over those of the Python predecessor",
};

const OF_BARS: Advice = {
  untouched: "It has not been touched",
  repair: "xetra-parqed bars VENUE rebuilds it",
  foreign: "xetra-parqed bars VENUE rebuilds it",
};

const OF_EXPORT: Advice = {
  untouched: "It has not been touched",
  repair: "move it away, and xetra-parqed export makes it anew",
  foreign: "move it away, or export to another folder",
};

/** Damage of a day's file of trades, or of an hour's of quotes. */
export class DamagedPartition extends DamagedFile {
  override name = "DamagedPartition";

  constructor(path: string, cause: unknown) {
    super(path, cause, basename(path) === QUOTES_BY_HOUR.file ? OF_HOUR : OF_PARTITION);
  }
}

/** Damage of a file of bars. */
export class DamagedBars extends DamagedFile {
  override name = "DamagedBars";

  constructor(path: string, cause: unknown) {
    super(path, cause, OF_BARS);
  }
}

/** The damage of a file of a lake. */
export class DamagedExport extends DamagedFile {
  override name = "DamagedExport";

  constructor(path: string, cause: unknown) {
    super(path, cause, OF_EXPORT);
  }
}

/** Damage of a month's file. */
export class DamagedMonth extends DamagedFile {
  override name = "DamagedMonth";

  constructor(path: string, cause: unknown) {
    super(path, cause, OF_MONTH);
  }
}

/**
 * Returns what `read` returns. Only wrong content at `path`, or a folder there, is damage. Errors of the system, such
 * as EIO or EMFILE, are thrown with the path: the file may be in order. Anything else is a fault of the program and is
 * thrown unchanged.
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

/**
 * Returns what `work` returns; if it throws the damage of a file of this kind, returns what `otherwise` makes of it.
 */
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

/** The error to throw in place of the one that reading the file at `path` threw: see `readDamageable`. */
export function damageOr(
  path: string,
  Damaged: new (path: string, cause: unknown) => DamagedFile,
  error: unknown,
): unknown {
  return isNotAsWritten(error) ? new Damaged(path, error) : withPath(path, error);
}
