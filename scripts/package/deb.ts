import $, { type Path } from "@david/dax";
import { createHash } from "node:crypto";
import { type Target, VERSION } from "../release/product.ts";
import { temporaryFolder } from "../temporary_folder.ts";
import { DESCRIPTION, MAINTAINER, NAME, scriptText, SUMMARY } from "./about.ts";
import { contents } from "./contents.ts";
import { bytesOf, gzipped, type PackageFile, stage } from "./files.ts";
import type { Making } from "./making.ts";
import type { PackagedProgram } from "./program.ts";
import { releaseDate } from "./release_date.ts";

/** What Debian calls the machines. */
const MACHINES: Readonly<Record<Target, string>> = {
  "x86_64-unknown-linux-gnu": "amd64",
  "aarch64-unknown-linux-gnu": "arm64",
};
const ZSH_COMPLETIONS = "usr/share/zsh/vendor-completions";
const SCRIPTS = ["postinst", "prerm", "postrm"];
/** Deno needs this C library; the tools that make the user and the folders are systemd's, or stand-ins for it. */
const DEPENDS = [
  "libc6 (>= 2.27)",
  "libgcc-s1",
  "logrotate",
  "systemd | systemd-standalone-sysusers",
  "systemd | systemd-standalone-tmpfiles",
];

/** Makes `xetra-parqed_VERSION-REVISION_MACHINE.deb` in a folder; the same source gives the same bytes. Returns its path. */
export async function makeDeb(program: PackagedProgram, making: Making, folder: Path): Promise<Path> {
  using temporary = temporaryFolder();
  const root = $.path(temporary.path).join("root");
  const files = [...await contents(program, ZSH_COMPLETIONS), ...debianFiles(making)];
  stage([...files, ...controlFiles(files, making)], root);
  const output = folder.join(`${NAME}_${VERSION}-${making.revision}_${MACHINES[making.target]}.deb`);
  const form = ["--root-owner-group", making.compress ? "-Zxz" : "-Znone"];
  const environment = { SOURCE_DATE_EPOCH: `${releaseDate().getTime() / 1000}` };
  await $`dpkg-deb ${form} --build ${root} ${output}`.env(environment).quiet("stdout");
  return output;
}

/** Files that only Debian requires. */
function debianFiles({ revision }: Making): PackageFile[] {
  const date = releaseDate().toUTCString().replace("GMT", "+0000");
  const changelog = `${NAME} (${VERSION}-${revision}) unstable; urgency=medium

  * Version ${VERSION}: see changelog.gz.

 -- ${MAINTAINER}  ${date}
`;
  return [
    { path: `usr/share/doc/${NAME}/changelog.Debian.gz`, content: gzipped(changelog) },
    { path: `usr/share/lintian/overrides/${NAME}`, content: scriptText("debian/lintian-overrides") },
  ];
}

function controlFiles(files: readonly PackageFile[], making: Making): PackageFile[] {
  const settings = files.filter(({ isSetting }) => isSetting).map(({ path }) => `/${path}\n`);
  return [
    { path: "DEBIAN/control", content: controlText(files, making) },
    { path: "DEBIAN/conffiles", content: settings.join("") },
    { path: "DEBIAN/md5sums", content: files.map(md5Line).join("") },
    ...SCRIPTS.map((name) => ({
      path: `DEBIAN/${name}`,
      content: scriptText(`debian/${name}`),
      mode: 0o755 as const,
    })),
  ];
}

function controlText(files: readonly PackageFile[], { target, revision }: Making): string {
  const kilobytes = files.reduce((sum, file) => sum + Math.ceil(bytesOf(file).length / 1024), 0);
  return `Package: ${NAME}
Version: ${VERSION}-${revision}
Architecture: ${MACHINES[target]}
Section: net
Priority: optional
Maintainer: ${MAINTAINER}
Installed-Size: ${kilobytes}
Depends: ${DEPENDS.join(", ")}
Description: ${SUMMARY}
${DESCRIPTION.map((line) => ` ${line}\n`).join("")}`;
}

/** As `md5sum` prints it; `dpkg --verify` reads it. */
function md5Line(file: PackageFile): string {
  return `${createHash("md5").update(bytesOf(file)).digest("hex")}  ${file.path}\n`;
}
