import { dirname } from "node:path";
import { type DaySpec, generateDay } from "../../scripts/replica/day.ts";
import { compressed } from "../../scripts/replica/wire.ts";
import { rawPath } from "./harness.ts";

/** Puts the raw files of a day into the spool below `dir`, as a run leaves them that is killed after its downloads. */
export function spoolDay(dir: string, day: DaySpec): void {
  for (const { name, ndjson } of generateDay(day)) {
    const path = rawPath(dir, name);
    Deno.mkdirSync(dirname(path), { recursive: true });
    Deno.writeFileSync(path, compressed(ndjson));
  }
}
