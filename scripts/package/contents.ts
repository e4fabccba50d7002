import { manual } from "../manual/manual.ts";
import { ROOT } from "../release/product.ts";
import { copyrightText } from "./copyright.ts";
import { gzipped, type PackageFile } from "./files.ts";
import { DOCS } from "./places.ts";
import type { PackagedProgram } from "./program.ts";
import { serviceFiles } from "./service.ts";

const FOLDER = DOCS.slice(1);

/** The files of a package of any kind; `zsh` is the folder of completions for zsh. */
export async function contents({ files, packages }: PackagedProgram, zsh: string): Promise<PackageFile[]> {
  return [
    ...files,
    ...serviceFiles(),
    ...completions(zsh),
    { path: "usr/share/man/man1/xetra-parqed.1.gz", content: gzipped(manual()) },
    ...documents(),
    { path: `${FOLDER}/copyright`, content: await copyrightText(packages) },
  ];
}

function completions(zsh: string): PackageFile[] {
  const of = (shell: string) => ROOT.join(`dist/completions/xetra-parqed.${shell}`);
  return [
    { path: "usr/share/bash-completion/completions/xetra-parqed", content: of("bash") },
    { path: `${zsh}/_xetra-parqed`, content: of("zsh") },
    { path: "usr/share/fish/vendor_completions.d/xetra-parqed.fish", content: of("fish") },
  ];
}

function documents(): PackageFile[] {
  const pages = [...ROOT.join("dist/doc").readDirSync()].map(({ name }) => name).sort();
  return [
    ...pages.map((name) => ({ path: `${FOLDER}/${name}`, content: ROOT.join("dist/doc", name) })),
    { path: `${FOLDER}/changelog.gz`, content: gzipped(ROOT.join("CHANGELOG.md").readTextSync()) },
    { path: `${FOLDER}/examples/cron`, content: ROOT.join("dist/cron/xetra-parqed") },
    { path: `${FOLDER}/examples/alerts.yml`, content: ROOT.join("dist/prometheus/alerts.yml") },
    {
      path: `${FOLDER}/examples/register_iceberg.py`,
      content: ROOT.join("dist/lake/register_iceberg.py"),
    },
    ...["mirror.service", "mirror.timer", "serve.service"].map((unit) => ({
      path: `${FOLDER}/examples/xetra-parqed-${unit}`,
      content: ROOT.join(`dist/systemd/xetra-parqed-${unit}`),
    })),
    { path: `${FOLDER}/examples/grafana.json`, content: ROOT.join("dist/grafana/xetra-parqed.json") },
  ];
}
