/**
 * `deno run -A scripts/publish.ts`: publishes what is in dist/bin/release, if it is what its sums say, as the release of
 * the tag that the workflow runs for.
 */
import $ from "@david/dax";
import { BIN } from "./release/product.ts";
import { variable } from "./release/repository.ts";

const [tag, repository] = ["GITHUB_REF_NAME", "GITHUB_REPOSITORY"].map(variable);
const folder = BIN.join("release");
const assets = folder.join("assets");
await $`sha256sum --check --strict --quiet SHA256SUMS`.cwd(assets);
const files = [...assets.readDirSync()].map(({ path }) => path.toString()).sort();
const notes = ["--title", tag, "--notes-file", folder.join("NOTES.md")];
await $`gh release create ${tag} --repo ${repository} --verify-tag ${notes} ${files}`;
