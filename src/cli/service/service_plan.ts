import { basename, dirname, join } from "node:path";
import {
  isStateDirectory,
  LOG_DIRECTORY,
  type Service,
  UNIT_DIRECTORY,
  unitName,
  unitText,
} from "./service_unit.ts";
import { UNIT_MARK } from "./unit_origin.ts";

/** Who a directory is to belong to. */
export interface Owner {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/** The single unit beside the template, or the template beside the single unit. */
export interface Rival {
  /** The path of its unit. */
  readonly path: string;
  /** The names of the services that are enabled: its own, or those of its instances. */
  readonly enabled: readonly string[];
}

/** What an installation finds on the machine, or in the image that lies below a folder. */
export interface Machine {
  /** The folder; "" for the machine that runs this. */
  readonly root: string;
  /** The service's user; null when there is none of its name yet. */
  readonly owner: Owner | null;
  /** The unit that is there; null when there is none. */
  readonly unit: string | null;
  /** An installation of the other kind, by which venues would have two daemons; null when there is none. */
  readonly rival: Rival | null;
  /** The owners' numbers of those of the service's directories that are there. */
  readonly directories: ReadonlyMap<string, number>;
}

/** What is to be done, and what the administrator does next. Paths as the machine will have them, without its root. */
export interface InstallPlan {
  readonly unit: { readonly path: string; readonly text: string };
  /** `replace`: another one is there, and is kept under another name. */
  readonly change: "write" | "replace" | "none";
  /** Directories to make; nobody's yet where the service's user is still to come. */
  readonly make: readonly string[];
  readonly owner: Owner | null;
  readonly next: readonly string[];
}

/** The directories of a service that somebody has to make before it starts: under a dynamic user it is systemd. */
export function directoriesOf({ user, workingDirectory }: Service): string[] {
  return user === null ? [] : [workingDirectory, LOG_DIRECTORY];
}

/** Where its unit lies. */
export function unitPath(service: Pick<Service, "venues">): string {
  return join(UNIT_DIRECTORY, unitName(service));
}

/** Plans the installation of a service for these venues. */
export function planInstall(service: Service, venues: readonly string[], machine: Machine): InstallPlan {
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

/** Whether a unit was written by an installation: only such a one is taken away. */
export function isOurs(unit: string): boolean {
  return unit.startsWith(UNIT_MARK);
}

/** What ends that which still runs of units that are gone. */
export function nextAfterRemoval(files: readonly string[]): string[] {
  const units = files.filter((path) => dirname(path) === UNIT_DIRECTORY).map((path) => basename(path));
  return [`systemctl stop ${units.map(runningOf).join(" ")}`, "systemctl daemon-reload"];
}

/** For a command line: the service of a unit, or all instances of a template. */
function runningOf(unit: string): string {
  return `'${unit.replace("@.", "@*.")}'`;
}

/** systemd hands the directories that it knows to a user that comes later; another one is the administrator's. */
function nextForUser({ user, workingDirectory }: Service, { root, owner, directories }: Machine): string[] {
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

/** Two daemons of a venue exclude each other: the other installation's end before ours start. */
function nextForRival({ rival, root }: Machine): string[] {
  if (rival === null) return [];
  const enabled = rival.enabled.join(" ");
  if (root !== "") return enabled === "" ? [] : [`systemctl --root=${root} disable ${enabled}`];
  const stop = `systemctl stop ${runningOf(basename(rival.path))}`;
  return [...(enabled === "" ? [] : [`systemctl disable ${enabled}`]), stop];
}

/** A unit that was there may be running as it was: `enable --now` would leave it so. */
function nextForUnit(units: string, { root, unit }: Machine): string[] {
  if (root !== "") return [`systemctl --root=${root} enable ${units}`];
  const start = unit === null
    ? [`systemctl enable --now ${units}`]
    : [`systemctl enable ${units}`, `systemctl restart ${units}`];
  return ["systemctl daemon-reload", ...start];
}

function unitsOf(service: Service, venues: readonly string[]): string {
  return service.venues === null ? venues.map((venue) => `xetra-parqed@${venue}`).join(" ") : "xetra-parqed";
}
