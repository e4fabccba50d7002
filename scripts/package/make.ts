import $, { type Path } from "@david/dax";
import { temporaryFolder } from "../temporary_folder.ts";
import { makeDeb } from "./deb.ts";
import { type Kind, KINDS, type Making } from "./making.ts";
import { packagedProgram } from "./program.ts";
import { makeRpm } from "./rpm.ts";

const MAKERS = { deb: makeDeb, rpm: makeRpm };
const TOOLS: Readonly<Record<Kind, string>> = { deb: "dpkg-deb", rpm: "rpmbuild" };

/** A package that was made. */
export interface Made {
  readonly path: Path;
  readonly megabytes: number;
  readonly seconds: number;
}

/** The tool for a kind of package is not installed. */
export class NoPackager extends Error {
  override readonly name = "NoPackager";
}

/** Which packages to make, and what to call for each. */
export interface Wish {
  /** In this order; default: all. */
  readonly kinds?: readonly Kind[];
  /** Called with what the program in them is: compiled or not, and why. */
  readonly onProgram?: (kind: string) => void;
}

/** Makes packages for a machine in a folder. Throws `NoPackager` before anything is made. */
export async function makePackages(
  making: Making,
  folder: Path,
  { kinds = KINDS, onProgram = () => {} }: Wish = {},
): Promise<Made[]> {
  for (const kind of kinds) await assertTool(kind);
  using temporary = temporaryFolder();
  folder.mkdirSync({ recursive: true });
  const program = await packagedProgram(making.target, $.path(temporary.path));
  onProgram(program.kind);
  const made: Made[] = [];
  for (const kind of kinds) made.push(await timed(() => MAKERS[kind](program, making, folder)));
  return made;
}

async function assertTool(kind: Kind): Promise<void> {
  if (await $.commandExists(TOOLS[kind])) return;
  throw new NoPackager(
    `${TOOLS[kind]} is missing: install it (apt-get install dpkg rpm), or leave out packages of kind ${kind}`,
  );
}

async function timed(make: () => Promise<Path>): Promise<Made> {
  const start = performance.now();
  const path = await make();
  const seconds = (performance.now() - start) / 1000;
  return { path, megabytes: path.statSync()!.size / 1e6, seconds };
}
