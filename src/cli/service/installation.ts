import { basename, dirname, join } from "node:path";
import {
  CannotWrite,
  entriesOf,
  ifThere,
  infoOf,
  makeDirectory,
  onDisk,
  removeIfThere,
  writeAtomically,
} from "../../system/atomic.ts";
import { CannotInstall } from "./cannot_install.ts";
import {
  directoriesOf,
  type InstallPlan,
  isOurs,
  type Machine,
  type Owner,
  type Rival,
  unitPath,
} from "./service_plan.ts";
import { type SystemdService, UNIT_DIRECTORY } from "./service_unit.ts";

/** Everyone may read the unit. */
const UNIT_MODE = 0o644;

/** Inspects the machine, or the image below `root`. */
export function lookAtMachine(service: SystemdService, root: string): Machine {
  const owners = directoriesOf(service).flatMap((path): [string, number][] => {
    const found = infoOf(join(root, path));
    return found === null ? [] : [[path, found.uid ?? 0]];
  });
  const passwd = ifThere(() => Deno.readTextFileSync(join(root, "/etc/passwd"))) ?? "";
  return {
    root,
    owner: service.user === null ? null : ownerIn(passwd, service.user),
    unit: ifThere(() => Deno.readTextFileSync(join(root, unitPath(service)))),
    rival: rivalOf(service, root),
    directories: new Map(owners),
  };
}

/** Whether a file is executable for anyone. */
export function isProgram(path: string): boolean {
  const found = infoOf(path);
  return found !== null && found.isFile && ((found.mode ?? 0) & 0o111) !== 0;
}

/**
 * Carries out a plan; a replaced unit is kept under the name `aside`, which systemd ignores. Throws the disk's errors;
 * steps before the error are not undone.
 */
export async function install(plan: InstallPlan, root: string, aside: string): Promise<void> {
  if (plan.change !== "none") await writeUnit(plan, join(root, plan.unit.path), join(root, aside));
  for (const path of plan.make) makeFor(join(root, path), plan.owner);
}

/** What an installation left; paths do not include the root. */
export interface Installation {
  /** Its units, and the links that enable them. */
  readonly files: readonly string[];
  /** Where its units keep their data. */
  readonly workingDirectories: readonly string[];
  /**
   * Units that it replaced, and settings folders that an administrator added; only the administrator should delete
   * these.
   */
  readonly beside: readonly string[];
}

/** What installations have left on the machine, or in the image below `root`. */
export function findInstallation(root: string): Installation {
  const units = [{ venues: [] }, { venues: null }].map(unitPath).flatMap((path) => {
    const text = ifThere(() => Deno.readTextFileSync(join(root, path)));
    return text !== null && isOurs(text) ? [{ path, text }] : [];
  });
  const folders = units.flatMap(({ text }) => /^WorkingDirectory=(.*)$/m.exec(text)?.[1] ?? []);
  return {
    files: units.flatMap(({ path }) => [path, ...linksTo(path, root)]),
    workingDirectories: [...new Set(folders)],
    beside: entriesOf(join(root, UNIT_DIRECTORY)).map(({ name }) => name).filter(isBesideUnit).sort()
      .map((name) => join(UNIT_DIRECTORY, name)),
  };
}

/** `xetra-parqed.service.old-…`, `xetra-parqed@DETR.service.d`. */
function isBesideUnit(name: string): boolean {
  return /^xetra-parqed(@\w*)?\.service\.(old-.+|d)$/.test(name);
}

/** Removes files. Throws the disk's errors. */
export function removeFiles(paths: readonly string[], root: string): void {
  for (const path of paths) onDisk(join(root, path), () => removeIfThere(join(root, path)));
}

/** Runs work that needs an administrator. Throws `CannotInstall` when the system denies permission. */
export async function asAdministrator<T>(work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const cause = error instanceof CannotWrite ? error.cause : error;
    if (!(cause instanceof Deno.errors.PermissionDenied)) throw error;
    throw new CannotInstall(`only root can install a service: run this with sudo (${cause.message})`, {
      cause,
    });
  }
}

/** An installation of the other kind, whoever made it. */
function rivalOf({ venues }: SystemdService, root: string): Rival | null {
  const path = unitPath({ venues: venues === null ? [] : null });
  const isThere = ifThere(() => Deno.lstatSync(join(root, path))) !== null;
  return isThere ? { path, enabled: linksTo(path, root).map((link) => basename(link)) } : null;
}

/** The links in `multi-user.target.wants` that start a unit or an instance of it. */
function linksTo(unit: string, root: string): string[] {
  const folder = join(UNIT_DIRECTORY, "multi-user.target.wants");
  const [before, after] = basename(unit).split("@");
  const isOfUnit = (name: string) =>
    after === undefined ? name === before : name.startsWith(`${before}@`) && name.endsWith(after);
  return entriesOf(join(root, folder)).filter(({ name }) => isOfUnit(name)).map(({ name }) =>
    join(folder, name)
  );
}

async function writeUnit({ unit, change }: InstallPlan, path: string, aside: string): Promise<void> {
  const bytes = new TextEncoder().encode(unit.text);
  if (change === "replace") onDisk(aside, () => Deno.linkSync(path, aside));
  makeParent(path);
  await writeAtomically(path, (append) => append(bytes));
  onDisk(path, () => Deno.chmodSync(path, UNIT_MODE));
}

function makeFor(path: string, owner: Owner | null): void {
  makeParent(path);
  makeDirectory(path);
  if (owner !== null) onDisk(path, () => Deno.chownSync(path, owner.uid, owner.gid));
}

/** Folders that are not the service's own are readable for everyone. */
function makeParent(path: string): void {
  onDisk(path, () => Deno.mkdirSync(dirname(path), { recursive: true, mode: 0o755 }));
}

/** A user from the content of `/etc/passwd`; null when it has no such user. */
function ownerIn(passwd: string, user: string): Owner | null {
  const fields = passwd.split("\n").map((line) => line.split(":")).find(([name]) => name === user);
  return fields === undefined ? null : { name: user, uid: Number(fields[2]), gid: Number(fields[3]) };
}
