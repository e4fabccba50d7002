import { join } from "node:path";
import { isDate } from "../feed/source_file.ts";
import { entriesOf } from "./atomic.ts";
import { DAY_LEVELS } from "./layout.ts";

/** The dates that have a folder below `directory`, oldest first; none when it is not there. */
export function datesBelow(directory: string): string[] {
  return partsBelow(directory, DAY_LEVELS).map((parts) => parts.join("-")).filter(isDate);
}

/** The values of folders named `key=value`, a level for each key; those of one folder together, in order. */
function partsBelow(directory: string, [key, ...deeper]: readonly string[]): string[][] {
  if (key === undefined) return [[]];
  return entriesOf(directory)
    .filter(({ name, isDirectory }) => isDirectory && name.startsWith(`${key}=`))
    .flatMap(({ name }) => {
      const value = name.slice(key.length + 1);
      return partsBelow(join(directory, name), deeper).map((parts) => [value, ...parts]);
    });
}
