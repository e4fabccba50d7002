import $, { type Path } from "@david/dax";
import { dirname } from "node:path";
import { type Target, VERSION } from "../release/product.ts";
import { temporaryFolder } from "../temporary_folder.ts";
import { DESCRIPTION, NAME, scriptText, SUMMARY } from "./about.ts";
import { contents } from "./contents.ts";
import { type PackageFile, stage } from "./files.ts";
import type { Making } from "./making.ts";
import type { PackagedProgram } from "./program.ts";
import { releaseDate } from "./release_date.ts";

/** What rpm calls the machines. */
const MACHINES: Readonly<Record<Target, string>> = {
  "x86_64-unknown-linux-gnu": "x86_64",
  "aarch64-unknown-linux-gnu": "aarch64",
};
const ZSH_COMPLETIONS = "usr/share/zsh/site-functions";
const SCRIPTS = ["post", "preun", "postun"];
/** The C library that Deno needs, what creates the user and the folders, and what rotates the log. */
const REQUIRES = ["glibc >= 2.27", "libgcc", "systemd", "logrotate"];
/** Settings that keep this machine and the time out of the package, and keep rpm from changing programs. */
const SETTINGS: Readonly<Record<string, string>> = {
  _buildhost: "reproducible",
  use_source_date_epoch_as_buildtime: "1",
  clamp_mtime_to_source_date_epoch: "1",
  source_date_epoch_from_changelog: "0",
  debug_package: "%{nil}",
  __os_install_post: "%{nil}",
  _build_id_links: "none",
};

/** Makes `xetra-parqed-VERSION-REVISION.MACHINE.rpm` in a folder; the same source gives the same bytes. Returns its path. */
export async function makeRpm(program: PackagedProgram, making: Making, folder: Path): Promise<Path> {
  using temporary = temporaryFolder();
  const [top, root] = ["top", "root"].map((name) => $.path(temporary.path).join(name));
  const files = await contents(program, ZSH_COMPLETIONS);
  stage(files, root);
  const spec = $.path(temporary.path).join(`${NAME}.spec`);
  spec.writeTextSync(specText(files, root, making));
  const machine = MACHINES[making.target];
  const settings = {
    ...SETTINGS,
    _topdir: `${top}`,
    _binary_payload: making.compress ? "w6.xzdio" : "w.ufdio",
  };
  const defined = Object.entries(settings).flatMap(([name, value]) => ["--define", `${name} ${value}`]);
  const environment = { SOURCE_DATE_EPOCH: `${releaseDate().getTime() / 1000}` };
  await $`rpmbuild -bb --quiet --target ${machine}-linux ${defined} ${spec}`.env(environment).quiet();
  const made = `${NAME}-${VERSION}-${making.revision}.${machine}.rpm`;
  return top.join("RPMS", machine, made).copyFileToDirSync(folder);
}

function specText(files: readonly PackageFile[], root: Path, { revision }: Making): string {
  return `Name: ${NAME}
Version: ${VERSION}
Release: ${revision}
Summary: ${SUMMARY}
License: MIT
AutoReqProv: no
Requires: ${REQUIRES.join(", ")}

%description
${DESCRIPTION.join("\n")}

%install
cp -a ${root}/. %{buildroot}/

${SCRIPTS.map((name) => `%${name}\n${scriptText(`rpm/${name}`)}`).join("\n")}
%files
%defattr(-,root,root)
${[...ownFolders(files).map((path) => `%dir /${path}`), ...files.map(fileLine)].join("\n")}
`;
}

function fileLine({ path, isSetting }: PackageFile): string {
  return `${isSetting ? "%config(noreplace) " : ""}/${path}`;
}

/** Folders that go with the package. */
function ownFolders(files: readonly PackageFile[]): string[] {
  const isOwn = (folder: string) => folder.split("/").includes(NAME);
  return [...new Set(files.map(({ path }) => dirname(path)))].filter(isOwn);
}
