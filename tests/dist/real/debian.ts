/** A Debian to build images on, made by debootstrap once and kept in the user's cache. */
import { join } from "node:path";
import { isThere } from "../../e2e/disk.ts";
import { startCommand, temporaryDirectory } from "../../e2e/harness.ts";
import { cacheFolder } from "../../readers/environments.ts";

const SUITE = "bookworm";
const PATIENCE_MS = 300_000;

/**
 * A tar of a minimal Debian. The first call makes it, which takes a minute and 200 MB; later ones find it in the cache.
 * Null where that is not possible, after a line that says why.
 */
export async function debian(): Promise<string | null> {
  const tar = join(cacheFolder(), `debian-${SUITE}-${Deno.build.arch}.tar`);
  Deno.mkdirSync(cacheFolder(), { recursive: true });
  using lock = Deno.openSync(`${tar}.lock`, { write: true, create: true });
  await lock.lock(true); // another run may be making the same
  if (isThere(tar)) return tar;
  using folder = temporaryDirectory();
  const make =
    `debootstrap --variant=minbase ${SUITE} root && tar -C root -cf base.tar . && mv base.tar '${tar}.new'`;
  await using program = startCommand(["sh", "-c", make], {
    cwd: folder.path,
    signal: AbortSignal.timeout(PATIENCE_MS),
  });
  const { code, stdout, stderr } = await program.ended;
  if (code === 0) Deno.renameSync(`${tar}.new`, tar);
  if (code === 0) return tar;
  console.log(
    `left out: images: no Debian by debootstrap: ${`${stdout}${stderr}`.trim().split("\n").at(-1)}`,
  );
  return null;
}
