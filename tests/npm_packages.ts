/** Packages of npm that only a test needs: each set has a folder with a lock file of its own. */
import { startCommand } from "./e2e/harness.ts";

/** A registry may fail once, or break off a download. */
const TRIES = 3;

/**
 * Whether the packages of a folder's deno.json are in Deno's cache, after they were downloaded where they were not.
 * Where that cannot be, a line says why.
 */
export async function hasPackages(folder: URL): Promise<boolean> {
  let failure = "";
  for (let tries = 0; tries < TRIES; tries++) {
    await using program = startCommand([Deno.execPath(), "install", "--quiet"], { cwd: folder.pathname });
    const { code, stderr } = await program.ended;
    if (code === 0) return true;
    failure = stderr.split("\n", 1)[0];
  }
  console.log(`left out: packages of npm (${folder.pathname}): ${failure}`);
  return false;
}
