import { ForeignFile } from "../parquet/footer_checksum.ts";

/** A month file cannot be read, or is not what was written. It is left as it is. */
export class DamagedMonth extends Error {
  override name = "DamagedMonth";

  /** What is wrong with it, in words. */
  readonly what: string;

  constructor(readonly path: string, cause: unknown) {
    const what = cause instanceof Error ? cause.message : String(cause);
    const isForeign = cause instanceof ForeignFile;
    const found = isForeign ? `${path}: ${what}` : `${path} is damaged (${what})`;
    super(`${found}. It has not been touched; ${isForeign ? TO_REPLACE : TO_REPAIR}`, { cause });
    this.what = what;
  }
}

const TO_REPAIR =
  "xetra-parqed verify VENUE --repair keeps it under another name and makes the month anew from its days";
const TO_REPLACE =
  "move it away, and the month is made of its days: the Python predecessor's are taken over by adopt";
