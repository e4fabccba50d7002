import { basename, dirname, join, sep } from "node:path";
import type { SourceFile } from "../feed/file_names.ts";
import type { Venue } from "../feed/venue.ts";
import { stampedPath } from "../system/stamped_path.ts";
import { SHORT_DIGEST } from "./digest.ts";
import { type Dataset, type Grain, RAW, TRADES_BY_DAY, type Tree } from "./datasets.ts";

const MARKET = ["data", "de", "xetra"];
/** Beside the folders of data: no reader is sent there. */
const ASIDE = "aside";
/** What is made anew before it takes a damaged file's place; of a killed run it is taken away as what is unfinished. */
const REBUILT = ".unfinished-rebuilt";
/** How what is kept of the predecessor's files and of damaged ones ends. */
const KEPT = new RegExp(
  String.raw`\.~(${SHORT_DIGEST})\.predecessor$|\.damaged-\d{8}T\d{6}Z(?:-\d+)?$`,
);

const LEVELS: Readonly<Record<Grain, readonly string[]>> = {
  month: ["year", "month"],
  day: ["year", "month", "day"],
  hour: ["year", "month", "day", "hour"],
};

/** The folders of a stretch of time below its venue: of a day `year=2026/month=09/day=01`. */
export function levelsOf(grain: Grain): readonly string[] {
  return LEVELS[grain];
}

/** Every path under a working directory. Nothing else builds one. */
export class Layout {
  constructor(readonly workingDirectory: string) {}

  /** The one Parquet file of a venue and a month, day or hour, by the dataset's grain. */
  partition(dataset: Dataset, venue: Venue, period: string): string {
    return join(this.ofVenue(dataset, venue), periodFolder(dataset.grain, period), dataset.file);
  }

  /**
   * The path beside the data, in the same folders, for what belongs to the file at `path` and is no data: readers are
   * given whole folders, and take all that lies in them for trades.
   */
  aside(path: string): string {
    return join(this.#market, ASIDE, this.#belowMarket(path));
  }

  /** The folder beside the data in which the file at `path` is made, as all of its dataset and venue are. */
  workshop(path: string): string {
    const [folder, venue] = this.#belowMarket(path).split(sep);
    return join(this.#market, ASIDE, folder, venue);
  }

  /** Where a file of the exchange is kept as it came. A daily file lies with the day that it is named for. */
  rawFile(file: SourceFile): string {
    return join(this.rawDay(file.venue, file.date), file.name);
  }

  /** The raw files of a venue and a date. */
  rawDay(venue: Venue, date: string): string {
    return join(this.ofVenue(RAW, venue), periodFolder("day", date));
  }

  /** Where the bytes go that came under the file's name and are no file of the exchange. */
  rejectedFile(file: SourceFile): string {
    return join(this.rejectedDay(file.venue, file.date), file.name);
  }

  /** The rejected bytes of a venue and a date. */
  rejectedDay(venue: Venue, date: string): string {
    return join(this.rawDay(venue, date), "rejected");
  }

  /** What lies in a folder of the market of one venue; below it are the folders of `levelsOf`. */
  ofVenue(tree: Tree, venue: Venue): string {
    return join(this.venues(tree), `venue=${venue}`);
  }

  /** Above the days of the raw files that the Python predecessor kept; it names the folder of a venue otherwise. */
  predecessorRawDays(venue: Venue): string {
    return join(this.venues(RAW), venue);
  }

  /** The raw files that the predecessor kept of a date. */
  predecessorRawDay(venue: Venue, date: string): string {
    return join(this.predecessorRawDays(venue), periodFolder("day", date));
  }

  /** The raw files, of all dates, that an early version of the predecessor did not understand. */
  predecessorQuarantine(venue: Venue): string {
    return join(this.#market, "quarantine", venue);
  }

  /** Above the venues, whose folders are named `venue=DETR`. */
  venues({ folder }: Tree): string {
    return join(this.#market, folder);
  }

  /** Locks, quota and status; no data. */
  get state(): string {
    return join(this.workingDirectory, ".xetra-parqed");
  }

  /** Held by who writes this venue's data, for a cycle. */
  writeLock(venue: Venue): string {
    return this.#state(`write-${venue}.lock`);
  }

  /** The requests of the last minute, of all processes. */
  quotaFile(): string {
    return this.#state("quota.json");
  }

  /** The names that were listed and are not stored. */
  pendingRecord(venue: Venue): string {
    return this.#state(`pending-${venue}.json`);
  }

  /** The raw files that shall not be told any more, though no line of them is understood. */
  acceptedRecord(venue: Venue): string {
    return this.#state(`accepted-${venue}.json`);
  }

  /** What was done and told today, and is not to be repeated. */
  dailyMarks(venue: Venue): string {
    return this.#state(`diary-${venue}.json`);
  }

  /** Room that is set aside for the day when the disk is full; all venues share it. */
  get reserve(): string {
    return this.#state("reserve");
  }

  /** Held by the daemon of this venue, for life. */
  daemonLock(venue: Venue): string {
    return this.#state(`daemon-${venue}.lock`);
  }

  /** How the venue's last cycle went, for `status`. */
  status(venue: Venue): string {
    return this.#state(`status-${venue}.json`);
  }

  /** The same for Prometheus. */
  metrics(venue: Venue): string {
    return this.#state(`metrics-${venue}.prom`);
  }

  /** What the names of a venue's own files in the state folder have in common. */
  ownPart(venue: Venue): string {
    return `-${venue}.`;
  }

  /** Sorted runs of a publication under way; worth nothing afterwards. */
  runs(venue: Venue): string {
    return this.#state(`runs-${venue}`);
  }

  get #market(): string {
    return join(this.workingDirectory, ...MARKET);
  }

  #belowMarket(path: string): string {
    return path.slice(this.#market.length + sep.length);
  }

  #state(name: string): string {
    return join(this.state, name);
  }
}

function periodFolder(grain: Grain, period: string): string {
  const parts = period.split(/[-T]/);
  return join(...levelsOf(grain).map((level, i) => `${level}=${parts[i]}`));
}

/** Whether a file of this name in a day's folder may hold trades of the predecessor: a day's, or some not yet merged. */
export function isPredecessorName(name: string): boolean {
  return name === TRADES_BY_DAY.file || /^trades-\d+-\d+\.parquet$/.test(name);
}

/** Between a name and the digest of the content, where several may have the name. */
const VERSION_MARK = ".~";

/** Where other bytes are kept than those at `path`, which came under the same name; `digest` is theirs. */
export function versionPath(path: string, digest: string): string {
  return `${path}${VERSION_MARK}${digest}`;
}

/** The name of a raw file, and the digest after it where it is a second version. */
export function splitVersion(name: string): string[] {
  return name.split(VERSION_MARK);
}

/** Where a file of the predecessor is kept when its trades are in a partition of ours; for `path` see `pathAside`. */
export function keptPath(path: string, digest: string): string {
  return `${versionPath(path, digest)}.predecessor`;
}

/** The digest in the name of a kept file of the predecessor; null when it is none. */
export function digestOfKept(name: string): string | null {
  return KEPT.exec(name)?.[1] ?? null;
}

/** Where a damaged file is kept when another takes its place, `PATH.damaged-20260902T030405Z`: see `stampedPath`. */
export function damagedPath(path: string, now: number, taken: (path: string) => boolean): string {
  return stampedPath(`${path}.damaged`, now, taken);
}

/** Whether a file of this name is one of these. */
export function isKept(name: string): boolean {
  return KEPT.test(name);
}

/** The name in the same folder that readers pass over, though they are given all of it. */
export function hiddenPath(path: string): string {
  return join(dirname(path), `.${basename(path)}`);
}

/** Whether readers that are given a folder pass over a file of this name. */
export function isHidden(name: string): boolean {
  return name.startsWith(".") || name.startsWith("_");
}

/** What is made anew in a workshop. */
export function rebuiltPath(workshop: string): string {
  return join(workshop, REBUILT);
}

/** The same paths, but for partitions: these are made anew in a folder of their own, `scratch`. */
export class RebuildLayout extends Layout {
  constructor(stored: Layout, readonly scratch: string) {
    super(stored.workingDirectory);
  }

  override partition(_dataset: Dataset, _venue: Venue, date: string): string {
    return join(this.scratch, date);
  }

  override workshop(path: string): string {
    return dirname(path);
  }
}
