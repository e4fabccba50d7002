import { type Fill, writeAtomically } from "../../system/atomic.ts";
import { advising } from "../advising.ts";

/** Writes the file that is named by `--output`. Throws as `writeAtomically`; `CannotWrite` advises another `--output`. */
export function writeOutput(path: string, fill: Fill): Promise<void> {
  return advising("--output", () => writeAtomically(path, fill));
}
