/** Bodies of the replica that are changed line by line. */
import { gunzipSync } from "node:zlib";
import * as fault from "../../scripts/replica/fault_kinds.ts";
import { compressed } from "../../scripts/replica/wire.ts";

/** A body whose lines are changed one by one, `at` counting from 0; null leaves a line out. */
export function withLines(change: (line: string, at: number) => string | null) {
  return fault.body((gz) => {
    const lines = gunzipSync(gz).toString().split("\n").filter((line) => line !== "");
    const changed = lines.map(change).filter((line) => line !== null);
    return compressed(new TextEncoder().encode(changed.map((line) => `${line}\n`).join("")));
  });
}
