import { installedByHand, ofPackage } from "./unit_origin.ts";

/** What runs as a service, as far as its unit depends on it. Paths must be absolute and satisfy `isUnitPath`. */
export interface SystemdService {
  /** The venues of one daemon; null for a template, where each instance has one venue. */
  readonly venues: readonly string[] | null;
  /** Null for a user that systemd creates while the service runs. */
  readonly user: string | null;
  readonly workingDirectory: string;
  readonly binary: string;
  /** The daemon's log file, below `LOG_DIRECTORY`; by default it lies there and is named after the unit. */
  readonly logFile?: string;
  /** Options of the daemon, already quoted for a command line. */
  readonly options: readonly string[];
  /**
   * For a package: the file with the variables that `venues` and `options` refer to, so that nobody has to edit the
   * unit.
   */
  readonly settings?: string;
}

/** Where systemd looks for an administrator's units. */
export const UNIT_DIRECTORY = "/etc/systemd/system";
/** Default locations, following the Filesystem Hierarchy Standard. */
export const DEFAULT_BINARY = "/usr/local/bin/xetra-parqed";
export const DEFAULT_WORKING_DIRECTORY = "/var/lib/xetra";
export const LOG_DIRECTORY = "/var/log/xetra";

const STATE_ROOT = "/var/lib/";
/** The name of the unit's file: `xetra-parqed.service`, or that of the template. */
export function unitName({ venues }: Pick<SystemdService, "venues">): string {
  return venues === null ? "xetra-parqed@.service" : "xetra-parqed.service";
}

/** Whether a path has the same meaning in every setting of a unit, without quotes or escapes. */
export function isUnitPath(path: string): boolean {
  return /^(\/[A-Za-z0-9_+-][A-Za-z0-9._+-]*)+$/.test(path);
}

/** Whether the daemon may log into this file. */
export function isLogPath(path: string): boolean {
  return isUnitPath(path) && path.startsWith(`${LOG_DIRECTORY}/`);
}

/** Whether systemd itself creates the working directory and sets its owner. */
export function isStateDirectory(path: string): boolean {
  return path.startsWith(STATE_ROOT);
}

/** The content of the unit's file. */
export function unitText(service: SystemdService): string {
  const { venues, user, workingDirectory, settings } = service;
  const name = venues === null ? "%i" : "all";
  const origin = settings === undefined
    ? installedByHand(venues?.join(", ") ?? "venue %i")
    : ofPackage(settings);
  return `${origin.mark} Settings of your own: systemctl edit
${purposeOf(service)}

[Unit]
${origin.description}Wants=network-online.target
After=network-online.target time-sync.target
# Never give up: a disk that was full an hour ago may have room now, and the exchange deletes its files after a day.
StartLimitIntervalSec=0

[Service]
Type=notify
${origin.settings}ExecStart=${commandOf(service)}
# Reopens the log file, for an outside logrotate.
ExecReload=/bin/kill -HUP $MAINPID
KillMode=mixed
# It ends in less than five seconds.
TimeoutStopSec=30
# Three times what may pass between two signs of progress: the longest wait is a window of the quota.
WatchdogSec=180
Restart=on-failure
RestartSec=30
# A command line that is wrong stays so; another instance does the work already.
RestartPreventExitStatus=64 75

${user === null ? "DynamicUser=yes" : `User=${user}`}
# 0640 and 0750: the group reads what is collected.
UMask=0027
${stateSetting(workingDirectory)}
LogsDirectory=xetra
LogsDirectoryMode=0750
${origin.cache}# Of its own: one that is shared goes when the first of its units stops.
RuntimeDirectory=xetra/${name}
WorkingDirectory=${workingDirectory}
# The third keeps the C library from holding on to ever more pieces of what a cycle's large buffers were in.
Environment=NO_COLOR=1 DENO_NO_UPDATE_CHECK=1 MALLOC_MMAP_THRESHOLD_=131072${origin.variable}

# What it sees of the machine
ProtectSystem=strict
ProtectHome=yes
PrivateTmp=yes
PrivateDevices=yes
DevicePolicy=closed
ProtectProc=invisible
ProcSubset=pid
ProtectKernelTunables=yes
ProtectKernelModules=yes
ProtectKernelLogs=yes
ProtectControlGroups=yes
ProtectClock=yes
ProtectHostname=yes
# What is written is not executed${origin.exception}. Not by ExecPaths=: systemd makes /usr
# and /opt writable for it, in spite of ProtectSystem=.
NoExecPaths=${noExecPaths(service)}

# What it may do. MemoryDenyWriteExecute cannot be set: V8 compiles to memory that it then executes.
NoNewPrivileges=yes
CapabilityBoundingSet=
AmbientCapabilities=
PrivateUsers=yes
PrivateMounts=yes
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
LockPersonality=yes
RemoveIPC=yes
KeyringMode=private
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallFilter=~@privileged @resources @obsolete
SystemCallErrorNumber=EPERM
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6
SocketBindDeny=any
# The exchange and the store of its files have no fixed addresses; the program itself speaks to no other host.
IPAddressDeny=multicast

# What it may use: a cycle needs some 400 MB at most; several venues of one daemon take turns.
MemoryHigh=768M
MemoryMax=1G
TasksMax=128
LimitCORE=0
Nice=5

[Install]
WantedBy=multi-user.target
`;
}

function commandOf({ venues, workingDirectory, binary, logFile, options }: SystemdService): string {
  const log = logFile ?? `\${LOGS_DIRECTORY}/${venues === null ? "%i" : "xetra-parqed"}.log`;
  return [
    `${binary} --wrk-dir ${workingDirectory}`,
    `--log-file ${log}`,
    `fetch-trades ${venues?.join(" ") ?? "%i"} --daemon`,
    ...options,
    "--pid-file ${RUNTIME_DIRECTORY}/xetra-parqed.pid",
  ].join(" ");
}

function purposeOf({ venues }: SystemdService): string {
  if (venues !== null) return "# One daemon for all its venues: systemctl enable --now xetra-parqed";
  return `# One daemon a venue: systemctl enable --now xetra-parqed@DETR xetra-parqed@DFRA
# All instances share a working directory, and with it the quota that the exchange grants to an address.`;
}

function stateSetting(path: string): string {
  if (!isStateDirectory(path)) return `ReadWritePaths=${path}`;
  return `StateDirectory=${path.slice(STATE_ROOT.length)}\nStateDirectoryMode=0750`;
}

/** Paths that the unit may write to but not execute from, except its cache; optional ones begin with `-`. */
function noExecPaths({ workingDirectory }: SystemdService): string {
  const own = [workingDirectory, LOG_DIRECTORY, "-/var/lib/private", "-/var/log/private"];
  return [...own, "/tmp", "/var/tmp", "/dev/shm", "/run"].join(" ");
}
