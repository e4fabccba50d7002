import { dirname, join, sep } from "node:path";
import type { SourceFile } from "../feed/file_names.ts";
import type { Venue } from "../feed/venue.ts";
import { type Dataset, type Grain, RAW, type Tree } from "./datasets.ts";

const MARKET = ["data", "de", "xetra"];
/** The folder beside the folders of data; readers are never pointed to it. */
const ASIDE = "aside";
/** What is rebuilt before it replaces a damaged file; if the run is killed, it is removed like anything unfinished. */
const REBUILT = ".unfinished-rebuilt";

const LEVELS: Readonly<Record<Grain, readonly string[]>> = {
  month: ["year", "month"],
  day: ["year", "month", "day"],
  hour: ["year", "month", "day", "hour"],
};

/** The folders of a period below its venue; for a day `year=2026/month=09/day=01`. */
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
   * The path in the same folders beside the data, for things that belong to the file at `path` but are not data:
   * readers are given whole folders and read everything in them as trades.
   */
  aside(path: string): string {
    return join(this.data, ASIDE, this.#belowMarket(path));
  }

  /** The folder beside the data in which the file at `path` is made, like all files of its dataset and venue. */
  workshop(path: string): string {
    const [folder, venue] = this.#belowMarket(path).split(sep);
    return join(this.data, ASIDE, folder, venue);
  }

  /** Where a file of the exchange is kept as it was downloaded. A daily file lies with the day in its name. */
  rawFile(file: SourceFile): string {
    return join(this.rawDay(file.venue, file.date), file.name);
  }

  /** The folder for a venue's raw files of a date. */
  rawDay(venue: Venue, date: string): string {
    return join(this.ofVenue(RAW, venue), periodFolder("day", date));
  }

  /** Where bytes go that arrived under the file's name but are not a file of the exchange. */
  rejectedFile(file: SourceFile): string {
    return join(this.rejectedDay(file.venue, file.date), file.name);
  }

  /** The folder for a venue's rejected bytes of a date. */
  rejectedDay(venue: Venue, date: string): string {
    return join(this.rawDay(venue, date), "rejected");
  }

  /** A venue's folder below a folder of the market; below it are the folders of `levelsOf`. */
  ofVenue(tree: Tree, venue: Venue): string {
    return join(this.venues(tree), venueFolder(venue));
  }

  /**
   * The parent folder of the days of raw files that the Python predecessor kept; it names the folder of a venue
   * differently.
   */
  predecessorRawDays(venue: Venue): string {
    return join(this.venues(RAW), venue);
  }

  /** The raw files of a date that the predecessor kept. */
  predecessorRawDay(venue: Venue, date: string): string {
    return join(this.predecessorRawDays(venue), periodFolder("day", date));
  }

  /** The raw files of all dates that an early version of the predecessor did not understand. */
  predecessorQuarantine(venue: Venue): string {
    return join(this.data, "quarantine", venue);
  }

  /** The parent folder of the venues' folders, which are named `venue=DETR`. */
  venues({ folder }: Tree): string {
    return join(this.data, folder);
  }

  /** Above all stored data. */
  get data(): string {
    return join(this.workingDirectory, ...MARKET);
  }

  /** The folder for locks, quota and status; it holds no data. */
  get state(): string {
    return join(this.workingDirectory, ".xetra-parqed");
  }

  /** Held by the process that writes this venue's data, for one cycle. */
  writeLock(venue: Venue): string {
    return this.#state(`write-${this.owner(venue)}.lock`);
  }

  /** The requests of the last minute, from all processes. */
  quotaFile(): string {
    return this.#state("quota.json");
  }

  /** The names that were listed but are not stored. */
  pendingRecord(venue: Venue): string {
    return this.#state(`pending-${this.owner(venue)}.json`);
  }

  /** The raw files that should no longer be reported although no line of them is understood. */
  acceptedRecord(venue: Venue): string {
    return this.#state(`accepted-${this.owner(venue)}.json`);
  }

  /** What was done and reported today and must not be repeated. */
  dailyMarks(venue: Venue): string {
    return this.#state(`diary-${this.owner(venue)}.json`);
  }

  /** Space reserved for the day when the disk is full; all venues share it. */
  get reserve(): string {
    return this.#state("reserve");
  }

  /** Held by the daemon of this venue for as long as it runs. */
  daemonLock(venue: Venue): string {
    return this.#state(`daemon-${this.owner(venue)}.lock`);
  }

  /** How the venue's last cycle went; read by `status`. */
  status(venue: Venue): string {
    return this.#state(`status-${this.owner(venue)}.json`);
  }

  /** The same for Prometheus. */
  metrics(venue: Venue): string {
    return this.#state(`metrics-${this.owner(venue)}.prom`);
  }

  /** The views of these venues for DuckDB; by default of all. */
  views(venues: readonly Venue[]): string {
    return this.#state(`${["views", ...venues].join("-")}.sql`);
  }

  /** The part that the names of a venue's own files in the state folder share. */
  ownPart(venue: Venue): string {
    return `-${this.owner(venue)}.`;
  }

  /** Sorted runs of a publication under way; useless afterwards. */
  runs(venue: Venue): string {
    return this.#state(`runs-${this.owner(venue)}`);
  }

  /** Whose files in the state folder are meant. */
  owner(venue: Venue): string {
    return venue;
  }

  #belowMarket(path: string): string {
    return path.slice(this.data.length + sep.length);
  }

  #state(name: string): string {
    return join(this.state, name);
  }
}

/** The same paths, but the venues' files in the state folder are those of their quotes: `status-DGAT-quotes.json`. */
export class QuotesLayout extends Layout {
  override owner(venue: Venue): string {
    return `${venue}-quotes`;
  }
}

/** `venue=DETR`. */
export function venueFolder(venue: Venue): string {
  return `venue=${venue}`;
}

/** The venue and the period of a partition, by the names of its folders; null for a file in other folders. */
export function placeOf(path: string): { readonly venue: string; readonly period: string } | null {
  const [, venue, folders] = /.*\bvenue=([^/\\]+)((?:[/\\](?:year|month|day|hour)=\d+)+)/s.exec(path) ?? [];
  if (venue === undefined) return null;
  const [year, month, day, hour] = folders.match(/\d+/g)!;
  return {
    venue,
    period: [year, month, day].filter(Boolean).join("-") + (hour === undefined ? "" : `T${hour}`),
  };
}

/** `year=2026/month=09`, and so on to the grain. */
export function periodFolder(grain: Grain, period: string): string {
  const parts = period.split(/[-T]/);
  return join(...levelsOf(grain).map((level, i) => `${level}=${parts[i]}`));
}

/** The path of what is rebuilt in a workshop. */
export function rebuiltPath(workshop: string): string {
  return join(workshop, REBUILT);
}

/** The same paths, except for partitions, which are rebuilt in a folder of their own, `scratch`. */
export class RebuildLayout extends Layout {
  constructor(readonly stored: Layout, readonly scratch: string) {
    super(stored.workingDirectory);
  }

  override owner(venue: Venue): string {
    return this.stored.owner(venue);
  }

  override partition(_dataset: Dataset, _venue: Venue, date: string): string {
    return join(this.scratch, date);
  }

  override workshop(path: string): string {
    return dirname(path);
  }
}
