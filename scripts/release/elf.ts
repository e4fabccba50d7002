import type { Path } from "@david/dax";
import type { Target } from "./product.ts";

/** The offset of `e_machine` in a file's header, and its values: elf(5). */
const PLACE = 18;
const MACHINES: Readonly<Record<Target, number>> = {
  "x86_64-unknown-linux-gnu": 62,
  "aarch64-unknown-linux-gnu": 183,
};

/** Whether an executable is one for this machine. Throws when it cannot be read. */
export function isFor(target: Target, executable: Path): boolean {
  using file = Deno.openSync(executable.toString());
  const header = new Uint8Array(PLACE + 2);
  const read = file.readSync(header);
  const isElf = read === header.length && new TextDecoder().decode(header.subarray(1, 4)) === "ELF";
  return isElf && new DataView(header.buffer).getUint16(PLACE, true) === MACHINES[target];
}
