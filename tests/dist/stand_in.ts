import { type Target, TARGETS } from "../../scripts/release/product.ts";
import { temporaryDirectory } from "../e2e/harness.ts";

/**
 * Stands in for Deno's base binary, which is not available everywhere: everything can be tested except running the
 * result.
 */
export const STAND_IN = "/usr/bin/true";
/** The numbers of the machines, and their offset in a program: elf(5). */
const MACHINES: Readonly<Record<Target, number>> = {
  "x86_64-unknown-linux-gnu": 0x3e,
  "aarch64-unknown-linux-gnu": 0xb7,
};
const PLACE = 18;

/** Does `work`, which compiles, with a stand-in that claims to be for the requested machine. */
export async function withStandIn<Result>(work: () => Promise<Result>): Promise<Result> {
  using folder = temporaryDirectory();
  for (const target of TARGETS) {
    const bytes = Deno.readFileSync(STAND_IN);
    bytes[PLACE] = MACHINES[target];
    Deno.writeFileSync(folder.of(`denort-${target}`), bytes, { mode: 0o755 });
  }
  return await withBase(folder.of("denort-{target}"), work);
}

/** Does `work` with this for `DENORT_BIN`. */
export async function withBase<Result>(base: string, work: () => Promise<Result>): Promise<Result> {
  const before = Deno.env.get("DENORT_BIN");
  Deno.env.set("DENORT_BIN", base);
  try {
    return await work();
  } finally {
    if (before === undefined) Deno.env.delete("DENORT_BIN");
    else Deno.env.set("DENORT_BIN", before);
  }
}
