/** Stands in for Deno's base binary, which cannot be had everywhere: all but running what is compiled can be seen. */
export const STAND_IN = "/usr/bin/true";

/** Does `work`, which compiles, with the stand-in. */
export async function withStandIn<Result>(work: () => Promise<Result>): Promise<Result> {
  const before = Deno.env.get("DENORT_BIN");
  Deno.env.set("DENORT_BIN", STAND_IN);
  try {
    return await work();
  } finally {
    if (before === undefined) Deno.env.delete("DENORT_BIN");
    else Deno.env.set("DENORT_BIN", before);
  }
}
