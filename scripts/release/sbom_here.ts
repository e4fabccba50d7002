import $ from "@david/dax";
import { releaseDate } from "../package/release_date.ts";
import { type LockedPackage, lockedPackages } from "./lock.ts";
import { npmCache } from "./npm_cache.ts";
import { ROOT, VERSION } from "./product.ts";
import { type Sbom, sbomOf } from "./sbom.ts";

/** A module in the output of `deno info`. */
interface Module {
  /** Of a module of npm the key of its package. */
  readonly npmPackage?: string;
}

/** The bill of materials of what is released from this checkout. Throws when a package of the program names no license. */
export async function sbomHere(): Promise<Sbom> {
  const locked = lockedPackages(ROOT.join("deno.lock").readTextSync());
  return sbomOf({
    version: VERSION,
    released: releaseDate(),
    deno: Deno.version.deno,
    locked,
    shipped: await licensesOf(withNeeds(await imported(), locked), locked),
  });
}

/** The keys of the packages that the program imports. */
async function imported(): Promise<string[]> {
  const { modules } = await $`${Deno.execPath()} info --json main.ts`.cwd(ROOT).json<{ modules: Module[] }>();
  return modules.flatMap(({ npmPackage }) => npmPackage ?? []);
}

/** These packages, and all that they depend on. */
function withNeeds(keys: readonly string[], locked: ReadonlyMap<string, LockedPackage>): Set<string> {
  const found = new Set(keys); // it grows during the loop
  for (const key of found) for (const needed of locked.get(key)?.needs ?? []) found.add(needed);
  return found;
}

async function licensesOf(
  keys: ReadonlySet<string>,
  locked: ReadonlyMap<string, LockedPackage>,
): Promise<Map<string, string>> {
  const cache = await npmCache();
  return new Map([...keys].map((key) => {
    const { name, version } = locked.get(key)!;
    const { license } = cache.join(name, version, "package.json").readJsonSync<{ license?: string }>();
    if (license === undefined) throw new Error(`${key} names no license`);
    return [key, license];
  }));
}
