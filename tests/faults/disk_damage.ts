/** What can happen to a file on its disk, at places that a seed chooses. */
import type { Random } from "../../scripts/replica/random.ts";

/** Damages the file at a path. */
type Damage = (path: string, random: Random) => void;

/** The damages by their names. */
export const DAMAGES: Readonly<Record<string, Damage>> = {
  "with flipped bits": (path, random) => {
    const bytes = Deno.readFileSync(path);
    // Three, each in another byte: no two of them undo each other.
    for (let part = 0; part < 3; part++) {
      const place = Math.floor(bytes.length * (part + random.next()) / 3);
      if (place < bytes.length) bytes[place] ^= 1 << random.below(8);
    }
    Deno.writeFileSync(path, bytes);
  },
  "cut short": (path, random) => Deno.truncateSync(path, random.below(Deno.statSync(path).size)),
  "cut to nothing": (path) => Deno.truncateSync(path, 0),
  "replaced by a folder": (path) => {
    Deno.removeSync(path);
    Deno.mkdirSync(path);
    Deno.writeTextFileSync(`${path}/note.txt`, "mine");
  },
};
