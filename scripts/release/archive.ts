import $, { type Path } from "@david/dax";

/** Later than 1970, or tar would warn of it. */
const MODIFIED = "2026-01-01T00:00:00Z";

/** What a `tar.gz` of these entries of a folder holds; links are followed. The same content gives the same bytes. */
export async function tarGz(folder: Path, entries: readonly string[]): Promise<Uint8Array> {
  const fixed = ["--sort=name", `--mtime=${MODIFIED}`, "--owner=0", "--group=0", "--numeric-owner"];
  const form = ["--format=ustar", "--mode=u=rwX,go=rX", "--dereference"];
  return await $`tar ${fixed} ${form} -C ${folder} -cf - ${entries} | gzip -n`.bytes();
}
