import { type TemporaryDirectory, temporaryDirectory } from "./harness.ts";

const ROOT = new URL("../..", import.meta.url).pathname;
/** Where other tests may be building meanwhile: no part of a checkout. */
const BUILT = `${ROOT}dist/bin`;

/** A copy of what a task runs, with this file as `main.ts`, in a folder like a user's. */
export function checkoutOf(
  main: string,
  folders: readonly string[] = ["src", "dist/sql"],
): TemporaryDirectory {
  const folder = temporaryDirectory();
  for (const file of ["deno.json", "deno.lock"]) Deno.copyFileSync(ROOT + file, folder.of(file));
  Deno.copyFileSync(ROOT + main, folder.of("main.ts"));
  for (const name of folders) copyFolder(ROOT + name, folder.of(name));
  return folder;
}

function copyFolder(from: string, to: string): void {
  Deno.mkdirSync(to, { recursive: true });
  for (const { name, isDirectory } of Deno.readDirSync(from)) {
    if (`${from}/${name}` === BUILT) continue;
    (isDirectory ? copyFolder : Deno.copyFileSync)(`${from}/${name}`, `${to}/${name}`);
  }
}
