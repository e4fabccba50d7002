/** Real files of the exchange, which we may not publish: they may lie beside a checkout. */
const SAMPLES = new URL("../../shared/data/", import.meta.url);

/** Whether the samples lie beside this checkout; tests that need them are skipped elsewhere. */
export function samplesAreHere(): boolean {
  try {
    return Deno.statSync(SAMPLES).isDirectory;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

export function sample(name: string): Uint8Array {
  return Deno.readFileSync(new URL(name, SAMPLES));
}
