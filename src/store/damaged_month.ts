/** A month file cannot be read, or is not what was written. It is left as it is. */
export class DamagedMonth extends Error {
  override name = "DamagedMonth";

  /** What is wrong with it, in words. */
  readonly what: string;

  constructor(readonly path: string, cause: unknown) {
    const what = cause instanceof Error ? cause.message : String(cause);
    super(
      `${path} is damaged (${what}). It has not been touched; xetra-parqed verify VENUE --repair keeps it under ` +
        `another name and makes the month anew from its days`,
      { cause },
    );
    this.what = what;
  }
}
