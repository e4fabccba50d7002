import { CannotWrite, type Fill, writeAtomically } from "../../system/atomic.ts";

/** Writes the file that is named by `--output`. Throws as `writeAtomically`; `CannotWrite` advises another `--output`. */
export async function writeOutput(path: string, fill: Fill): Promise<void> {
  try {
    await writeAtomically(path, fill);
  } catch (error) {
    throw error instanceof CannotWrite ? new CannotWrite(error.path, error.cause, "--output") : error;
  }
}
