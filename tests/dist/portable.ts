/** The portable program as run by a user without anything else: no Deno in PATH, no variables, no privileges. */
import { makePortable } from "../../scripts/release/portable.ts";
import { BIN } from "../../scripts/release/product.ts";
import { type Program, type Run, type RunOptions, startCommand, temporaryDirectory } from "../e2e/harness.ts";
import type { TemporaryDirectory } from "../e2e/harness.ts";

/** Built if the sources have changed since it was. */
const BUILT: string = (await makePortable(BIN)).toString();
/** All programs that the script calls. */
export const TOOLS: readonly string[] = "sh tar gzip tail tr stat id ls mkdir mktemp mv rm chmod df flock"
  .split(
    " ",
  );
const NOBODY = 65534;

/** Whether this process may become another user. */
export const isRoot: boolean = Deno.uid() === 0;
/** Runs a command without privileges. */
const unprivileged = isRoot ? ["setpriv", `--reuid=${NOBODY}`, `--regid=${NOBODY}`, "--clear-groups"] : [];

/** A folder of a user without privileges, with the portable program and a PATH of only what it needs. */
export class Home implements Disposable {
  readonly #folder: TemporaryDirectory = temporaryDirectory();
  /** The user's working folder, empty at first. */
  readonly path: string = this.#folder.of("home");
  readonly uid: number = isRoot ? NOBODY : Deno.uid()!;
  readonly program: string = this.#folder.of("xetra-parqed.run");

  constructor(tools: readonly string[] = TOOLS) {
    Deno.chmodSync(this.#folder.path, 0o755);
    Deno.mkdirSync(this.path);
    this.own();
    Deno.copyFileSync(BUILT, this.program);
    Deno.mkdirSync(this.#folder.of("bin"));
    for (const tool of tools) Deno.symlinkSync(placeOf(tool), this.#folder.of("bin", tool));
  }

  /** Gives the user everything in the folder. */
  own(): void {
    if (isRoot) giveTo(this.uid, this.path);
  }

  of(...parts: string[]): string {
    return [this.path, ...parts].join("/");
  }

  /** The command line of something that the user runs. */
  as(command: readonly string[]): string[] {
    return [...unprivileged, ...command];
  }

  /** The command line of the program with these variables, `HOME` and `PATH` only. */
  command(args: readonly string[], env: Readonly<Record<string, string>> = {}): string[] {
    const all = { HOME: this.path, PATH: this.#folder.of("bin"), NO_COLOR: "1", ...env };
    const variables = Object.entries(all).map(([name, value]) => `${name}=${value}`);
    return this.as(["env", "-i", ...variables, this.program, ...args]);
  }

  start(args: readonly string[], { env, under = [] }: Pick<RunOptions, "env" | "under"> = {}): Program {
    return startCommand([...under, ...this.command(args, env)], { cwd: this.path });
  }

  async run(args: readonly string[], options: Pick<RunOptions, "env" | "under"> = {}): Promise<Run> {
    await using program = this.start(args, options);
    return await program.ended;
  }

  [Symbol.dispose](): void {
    this.#folder[Symbol.dispose]();
  }
}

/** What the program unpacked below a cache folder: one folder for each of its versions, and leftovers. */
export function unpackedIn(cache: string): { whole: string[]; leftovers: string[] } {
  const names = [...Deno.readDirSync(`${cache}/xetra-parqed`)].map(({ name }) => name).filter((name) =>
    name !== "lock"
  );
  return {
    whole: names.filter((name) => !name.startsWith(".")),
    leftovers: names.filter((name) => name.startsWith(".")),
  };
}

/** Gives a folder with its content to a user; only root can. */
export function giveTo(uid: number, folder: string): void {
  const { success } = new Deno.Command("chown", { args: ["-R", `${uid}:${uid}`, folder] }).outputSync();
  if (!success) throw new Error(`${folder} cannot be given to ${uid}`);
}

function placeOf(tool: string): string {
  const place = ["/usr/bin", "/bin", "/usr/sbin"].map((folder) => `${folder}/${tool}`).find((path) =>
    exists(path)
  );
  if (place === undefined) throw new Error(`${tool} is not installed`);
  return place;
}

function exists(path: string): boolean {
  try {
    Deno.lstatSync(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
