import { productName, VERSION } from "./product.ts";
import type { Repository } from "./repository.ts";

/** The end of a release's notes: commands with addresses that are known only when it is published. */
export function howToInstall({ name, image, downloads }: Repository): string {
  const program = `${productName("x86_64-unknown-linux-gnu")}.run`;
  return `### Install
On x86-64; for ARM write \`aarch64\` in place of \`x86_64\`.

\`\`\`sh
curl -fLO ${downloads}/${program}
curl -fLO ${downloads}/SHA256SUMS
sha256sum --check --ignore-missing SHA256SUMS
gh attestation verify ${program} --repo ${name}    # GitHub's word that it was built here, from this tag
sudo install ${program} /usr/local/bin/xetra-parqed
\`\`\`

Or as a container: \`docker pull ${image}:${VERSION}\`. Packages, archives and what comes next:
[install.md](https://github.com/${name}/blob/v${VERSION}/dist/doc/install.md).
`;
}
