import { writeAtomically } from "./atomic.ts";

/** Replaces a small file for those who watch: they see the old one or the new one, whole. */
export async function writeState(path: string, text: string): Promise<void> {
  await writeAtomically(path, (append) => append(new TextEncoder().encode(text)));
}

/** The JSON in a small file; null when there is none, or it is no JSON. */
export function readState(path: string): unknown {
  try {
    return JSON.parse(Deno.readTextFileSync(path));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof SyntaxError) return null;
    throw error;
  }
}
