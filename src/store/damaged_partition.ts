import { ForeignFile } from "./parquet/footer_checksum.ts";

/** A partition cannot be read, or is not what was written. It is left as it is. */
export class DamagedPartition extends Error {
  override name = "DamagedPartition";

  /** What is wrong with it, in words. */
  readonly what: string;
  /** Whether another program wrote it. */
  readonly isForeign: boolean;

  constructor(readonly path: string, cause: unknown) {
    const what = cause instanceof Error ? cause.message : String(cause);
    const isForeign = cause instanceof ForeignFile;
    const found = isForeign ? `${path}: ${what}` : `${path} is damaged (${what})`;
    const remedy = isForeign ? `${TO_ADOPT}, and otherwise ${TO_REPAIR}` : TO_REPAIR;
    super(
      `${found}. It has not been touched, and what is fetched for its day stays in the raw spool; ${remedy}.`,
      { cause },
    );
    this.what = what;
    this.isForeign = isForeign;
  }
}

const TO_REPAIR = "xetra-parqed verify VENUE --repair keeps it under another name and builds the day anew";
const TO_ADOPT = "xetra-parqed adopt VENUE takes over its trades, if it is the Python predecessor's";
