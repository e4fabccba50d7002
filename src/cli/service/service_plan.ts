import { basename, dirname, join } from "node:path";
import {
  isStateDirectory,
  LOG_DIRECTORY,
  type SystemdService,
  UNIT_DIRECTORY,
  unitName,
  unitText,
} from "./service_unit.ts";
import { UNIT_MARK } from "./unit_origin.ts";

/** The user and group that a directory should belong to. */
export interface Owner {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/** An installation of the other kind: the single unit, or the template. */
export interface Rival {
  /** The path of its unit. */
  readonly path: string;
  /** The names of the enabled services: the unit itself, or the template's instances. */
  readonly enabled: readonly string[];
}

/** What an installation finds on the machine, or in an image below a folder. */
export interface Machine {
  /** The folder of the image; "" for the running machine. */
  readonly root: string;
  /** The service's user; null when it does not exist yet. */
  readonly owner: Owner | null;
  /** The content of the existing unit; null when there is none. */
  readonly unit: string | null;
  /** An installation of the other kind, which would lead to two daemons per venue; null when there is none. */
  readonly rival: Rival | null;
  /** The owners' ids of the service's existing directories. */
  readonly directories: ReadonlyMap<string, number>;
}

/** What to do, and what the administrator does next. Paths do not include the machine's root. */
export interface InstallPlan {
  readonly unit: { readonly path: string; readonly text: string };
  /** `replace`: a different unit exists, and is kept under another name. */
  readonly change: "write" | "replace" | "none";
  /** Directories to create; without an owner while the service's user does not exist yet. */
  readonly make: readonly string[];
  readonly owner: Owner | null;
  readonly next: readonly string[];
}

/** The directories of a service that must be created before it starts; for a dynamic user systemd creates them. */
export function directoriesOf({ user, workingDirectory }: SystemdService): string[] {
  return user === null ? [] : [workingDirectory, LOG_DIRECTORY];
}

/** The path of the unit. */
export function unitPath(service: Pick<SystemdService, "venues">): string {
  return join(UNIT_DIRECTORY, unitName(service));
}

/** Plans the installation of a service for these venues. */
export function planInstall(
  service: SystemdService,
  venues: readonly string[],
  machine: Machine,
): InstallPlan {
  const text = unitText(service);
  return {
    unit: { path: unitPath(service), text },
    change: machine.unit === null ? "write" : machine.unit === text ? "none" : "replace",
    make: directoriesOf(service).filter((path) => !machine.directories.has(path)),
    owner: machine.owner,
    next: [
      ...nextForUser(service, machine),
      ...nextForRival(machine),
      ...nextForUnit(unitsOf(service, venues), machine),
    ],
  };
}

/** Whether an installation wrote this unit; only such units are removed. */
export function isOurs(unit: string): boolean {
  return unit.startsWith(UNIT_MARK);
}

/** The commands that stop what still runs of removed units. */
export function nextAfterRemoval(files: readonly string[]): string[] {
  const units = files.filter((path) => dirname(path) === UNIT_DIRECTORY).map((path) => basename(path));
  return [`systemctl stop ${units.map(runningOf).join(" ")}`, "systemctl daemon-reload"];
}

/** For a command line: the service of a unit, or all instances of a template. */
function runningOf(unit: string): string {
  return `'${unit.replace("@.", "@*.")}'`;
}

/**
 * systemd hands its own directories to a user that is created later; other directories are left to the administrator.
 */
function nextForUser(
  { user, workingDirectory }: SystemdService,
  { root, owner, directories }: Machine,
): string[] {
  if (user === null) return [];
  const below = root === "" ? "" : ` --root ${root}`;
  const add = `useradd${below} --system --user-group --home-dir ${workingDirectory} ` +
    `--shell /usr/sbin/nologin ${user}`;
  const theirs = directories.get(workingDirectory) ?? owner?.uid ?? null;
  const foreign = !isStateDirectory(workingDirectory) && (owner === null || theirs !== owner.uid);
  return [
    ...(owner === null ? [add] : []),
    ...(foreign ? [`chown -R ${user}: ${join(root, workingDirectory)}`] : []),
  ];
}

/** Two daemons of a venue exclude each other, so the other installation's daemons must end before ours start. */
function nextForRival({ rival, root }: Machine): string[] {
  if (rival === null) return [];
  const enabled = rival.enabled.join(" ");
  if (root !== "") return enabled === "" ? [] : [`systemctl --root=${root} disable ${enabled}`];
  const stop = `systemctl stop ${runningOf(basename(rival.path))}`;
  return [...(enabled === "" ? [] : [`systemctl disable ${enabled}`]), stop];
}

/** If there was a unit before, it may still run in its old form, and `enable --now` would not restart it. */
function nextForUnit(units: string, { root, unit }: Machine): string[] {
  if (root !== "") return [`systemctl --root=${root} enable ${units}`];
  const start = unit === null
    ? [`systemctl enable --now ${units}`]
    : [`systemctl enable ${units}`, `systemctl restart ${units}`];
  return ["systemctl daemon-reload", ...start];
}

function unitsOf(service: SystemdService, venues: readonly string[]): string {
  return service.venues === null ? venues.map((venue) => `xetra-parqed@${venue}`).join(" ") : "xetra-parqed";
}
