import { ifThere, writeAtomically } from "./atomic.ts";

/** Replaces a small file: whoever looks sees the old one or the new one, whole. Throws `CannotWrite`. */
export async function writeState(path: string, text: string): Promise<void> {
  await writeAtomically(path, (append) => append(new TextEncoder().encode(text)));
}

/** The JSON in a small file; null when there is none, or it is no JSON. */
export function readState(path: string): unknown {
  const text = ifThere(() => Deno.readTextFileSync(path));
  try {
    return text === null ? null : JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
