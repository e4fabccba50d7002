/** What the end-to-end tests of `verify` and `reprocess` share. */
import type { Replica } from "../../scripts/replica/server.ts";
import type { Run } from "./harness.ts";
import { runInOneProcess } from "./one_process.ts";

/** An address where nothing listens. */
export const NOWHERE = "http://127.0.0.1:9";

/** A finding of `verify --json`. */
export interface Issue {
  readonly kind: string;
  readonly severity: string;
  readonly date: string;
  readonly path: string;
  readonly what: string;
  readonly remedy: string;
}

/** The JSON document of `verify`. */
export interface Verified {
  readonly venues: readonly {
    readonly venue: string;
    readonly partitions: number;
    readonly trades: number;
    readonly rawFiles: number;
    readonly dailyFiles: number;
    readonly kept: { readonly files: number; readonly bytes: number; readonly first: string | null };
    readonly issues: readonly Issue[];
    readonly repairs: readonly Record<string, unknown>[];
  }[];
}

/** Runs `verify` on a working directory against a replica, by default for DETR, in the shared process. */
export function verify(
  { apiUrl, venue = "DETR" }: Pick<Replica, "apiUrl"> & { readonly venue?: string },
  dir: string,
  ...more: readonly string[]
): Promise<Run> {
  return runInOneProcess(["--wrk-dir", dir, "verify", venue, "--api-url", apiUrl, ...more]);
}

/** Flips a bit of a file; a negative place counts from its end. */
export function flip(path: string, place: number): void {
  const bytes = Deno.readFileSync(path);
  bytes[place < 0 ? bytes.length + place : place] ^= 1;
  Deno.writeFileSync(path, bytes);
}
