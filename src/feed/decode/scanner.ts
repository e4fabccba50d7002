import type { PublishedType } from "../records/record_type.ts";
import type { BatchBuilder } from "./batch_builder.ts";

/** A row of the exchange has some 500 bytes; a line longer than this is not a row, and must not fill the memory. */
export const MAX_LINE_BYTES = 1024 * 1024;

/**
 * Reads rows by their bytes, predicting each from earlier ones: the same bytes, except for the values that each row has
 * of its own. It accepts only rows that `decodeRow` would decode in the same way; `decodeRow` decodes all others, from
 * which the scanner then learns.
 */
export interface Scanner {
  /** Receives the rows. */
  readonly builder: BatchBuilder<PublishedType>;
  /** Rows that the last scan has ended in the builder. */
  readonly rows: number;
  /** Lines of the last scan that are recognized and not stored. */
  readonly unstored: number;
  /** Switches to other bytes; positions refer to these from now on. */
  enter(bytes: Uint8Array): void;
  /**
   * Reads lines from `start` on, up to one that it cannot predict, and no more rows than the builder has room for; it may
   * stop earlier. Returns where the next line begins. If that is `start`, the line must be decoded in another way, and
   * the row under construction may hold parts of it.
   */
  scan(start: number): number;
  /** Remembers the form of a line that was decoded in another way into the row under construction. */
  learn(line: Uint8Array): void;
  /** Does the same for a line whose row is not stored. */
  learnUnstored(line: Uint8Array): void;
}
