import { VERSION } from "./product.ts";

/** Where a release is published. */
export interface Repository {
  /** `someone/xetra-parqed`. */
  readonly name: string;
  /** Where its container image is pushed to. */
  readonly image: string;
  /** The address before the name of an asset of this version. */
  readonly downloads: string;
}

/** The repository whose workflow runs this, by GitHub's own variable; null elsewhere. */
export function repositoryHere(): Repository | null {
  const name = Deno.env.get("GITHUB_REPOSITORY");
  if (!name) return null;
  return {
    name,
    image: `ghcr.io/${name.toLowerCase()}`,
    downloads: `https://github.com/${name}/releases/download/v${VERSION}`,
  };
}

/** A variable that GitHub or the workflow sets. Throws when it is missing: a release is published by the workflow only. */
export function variable(name: string): string {
  const value = Deno.env.get(name);
  if (!value) throw new Error(`${name} is not set: this is for the workflow, .github/workflows/release.yml`);
  return value;
}
