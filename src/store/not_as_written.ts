import { errorCode, reasonOf } from "../system/disk_error.ts";

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
