/** A partition cannot be read, or is not what was written. It is left as it is. */
export class DamagedPartition extends Error {
  override name = "DamagedPartition";

  /** What is wrong with it, in words. */
  readonly what: string;

  constructor(readonly path: string, cause: unknown) {
    const what = cause instanceof Error ? cause.message : String(cause);
    super(
      `${path} is damaged (${what}). It has not been touched, and what is fetched for its day stays in the raw ` +
        `spool; xetra-parqed verify VENUE --repair keeps it under another name and builds the day anew.`,
      { cause },
    );
    this.what = what;
  }
}
