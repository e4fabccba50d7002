/** A partition cannot be read, or is not what was written. It is left as it is. */
export class DamagedPartition extends Error {
  override name = "DamagedPartition";

  constructor(path: string, cause: unknown) {
    const what = cause instanceof Error ? cause.message : String(cause);
    super(
      `${path} is damaged (${what}). It has not been touched, and what is fetched for its day stays in the raw ` +
        `spool; move the file away, and the next run builds the day anew from the raw files.`,
      { cause },
    );
  }
}
