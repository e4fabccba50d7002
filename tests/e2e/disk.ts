import { join } from "node:path";

/** The paths of all files below a folder, in order; none when it is not there. */
export function filesBelow(folder: string): string[] {
  return entriesOf(folder).flatMap(({ name, isDirectory }) =>
    isDirectory ? filesBelow(join(folder, name)) : [join(folder, name)]
  ).sort();
}

function entriesOf(folder: string): Deno.DirEntry[] {
  try {
    return [...Deno.readDirSync(folder)];
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}
