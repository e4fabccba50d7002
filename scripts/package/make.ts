import $, { type Path } from "@david/dax";
import { temporaryFolder } from "../temporary_folder.ts";
import { makeDeb } from "./deb.ts";
import type { Making } from "./making.ts";
import { packagedProgram } from "./program.ts";

/** A package that was made. */
export interface Made {
  readonly path: Path;
  readonly megabytes: number;
  readonly seconds: number;
}

/** Makes the packages for a machine in a folder; `onProgram` is told in a sentence what the program in them is. */
export async function makePackages(
  making: Making,
  folder: Path,
  onProgram: (kind: string) => void = () => {},
): Promise<Made[]> {
  using temporary = temporaryFolder();
  folder.mkdirSync({ recursive: true });
  const program = await packagedProgram(making.target, $.path(temporary.path));
  onProgram(program.kind);
  return [await timed(() => makeDeb(program, making, folder))];
}

async function timed(make: () => Promise<Path>): Promise<Made> {
  const start = performance.now();
  const path = await make();
  const seconds = (performance.now() - start) / 1000;
  return { path, megabytes: path.statSync()!.size / 1e6, seconds };
}
