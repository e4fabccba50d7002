import { reasonOf, refusalOf } from "../../system/disk_error.ts";

/** The system refuses what is printed to stdout, as a full disk does. The message says what to do. */
export class CannotPrint extends Error {
  override name = "CannotPrint";

  constructor(cause: unknown) {
    const room = refusalOf(cause) === "full" ? "free some space where the output goes, or " : "";
    super(`stdout cannot be written: ${reasonOf(cause)}; ${room}send the output elsewhere`, { cause });
  }
}
