import $, { type Path } from "@david/dax";
import { VERSION } from "./product.ts";

/** A program that a release has for this machine. */
export interface ReleasedProgram {
  /** The name of what is downloaded. */
  readonly asset: string;
  /** Where it lies now, ready to be started. */
  readonly path: Path;
}

/** How long a start takes, in milliseconds: the first one of the portable program unpacks it. */
export interface Starts {
  readonly first: number;
  readonly next: number;
}

/**
 * The programs among a release's assets that run on this machine, unpacked below `scratch`; packages for rpm hold the same
 * files as those for Debian, and are left out. Throws when there is none.
 */
export async function programsIn(assets: Path, scratch: Path): Promise<ReleasedProgram[]> {
  const programs = [];
  for (const { name, path } of [...assets.readDirSync()].sort((a, b) => a.name < b.name ? -1 : 1)) {
    const program = await unpacked(path, scratch.join(name));
    if (program !== null) programs.push({ asset: name, path: program });
  }
  if (programs.length === 0) throw new Error(`${assets} has no program for ${Deno.build.target}`);
  return programs;
}

/** Times the start of a program, which has to be of this version. `cache` is the portable one's. */
export async function startsOf(program: Path, cache: Path): Promise<Starts> {
  const first = await timeToVersion(program, cache);
  return { first, next: await timeToVersion(program, cache) };
}

/** The path of the program in an asset, after unpacking; null when it is for another machine, or has no program. */
async function unpacked(asset: Path, folder: Path): Promise<Path | null> {
  const { target, arch } = Deno.build;
  const kinds: readonly [ending: string, unpack: (asset: Path, folder: Path) => Promise<Path>][] = [
    [`-${target}.run`, copyPortable],
    [`-${target}.tar.gz`, unpackArchive],
    [arch === "x86_64" ? "_amd64.deb" : "_arm64.deb", unpackPackage],
  ];
  const kind = kinds.find(([ending]) => asset.basename().endsWith(ending));
  if (kind === undefined) return null;
  folder.mkdirSync({ recursive: true });
  return await kind[1](asset, folder);
}

/** A download loses the permission to execute a file. */
async function copyPortable(asset: Path, folder: Path): Promise<Path> {
  const program = folder.join("xetra-parqed");
  await asset.copyFile(program);
  await Deno.chmod(program.toString(), 0o755);
  return program;
}

async function unpackArchive(asset: Path, folder: Path): Promise<Path> {
  await $`tar -xzf ${asset} -C ${folder} --strip-components=1`;
  return folder.join("xetra-parqed");
}

async function unpackPackage(asset: Path, folder: Path): Promise<Path> {
  await $`dpkg-deb --extract ${asset} ${folder}`;
  return folder.join("usr/bin/xetra-parqed");
}

async function timeToVersion(program: Path, cache: Path): Promise<number> {
  const start = performance.now();
  const said = await $`${program} --version`.env({ XETRA_PARQED_CACHE: cache.toString() }).text();
  if (said !== VERSION) throw new Error(`${program} says that it is version ${said}`);
  return performance.now() - start;
}
