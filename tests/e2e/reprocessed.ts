/** What the end-to-end tests of `reprocess` share. */
import { gunzipSync, gzipSync } from "node:zlib";
import * as fault from "../../scripts/replica/fault_kinds.ts";
import type { Replica } from "../../scripts/replica/server.ts";
import { assertForeseen } from "./evidence.ts";
import { fetchArgs, rawPath, type Run } from "./harness.ts";
import { runInOneProcess } from "./one_process.ts";

/** A version that does not know an era is played by a raw file whose keys are changed, and back for the update. */
export const RENAMED = fault.unknownEra();

/** Runs `reprocess` for DETR in the shared process. */
export function reprocess(dir: string, ...more: readonly string[]): Promise<Run> {
  return runInOneProcess(["--wrk-dir", dir, "reprocess", "DETR", ...more]);
}

/** Fetches a day of which one file is not understood; returns the bytes that it should have had. */
export async function fetchedWithout(
  name: string,
  replica: Replica,
  dir: string,
): Promise<Uint8Array> {
  replica.inject("storage", RENAMED, { name });
  assertForeseen(await runInOneProcess(fetchArgs(replica, dir)), 3);
  return unrenamed(Deno.readFileSync(rawPath(dir, name)));
}

export function unrenamed(gz: Uint8Array): Uint8Array {
  return new Uint8Array(gzipSync(gunzipSync(gz).toString().replaceAll('"renamed_', '"')));
}
