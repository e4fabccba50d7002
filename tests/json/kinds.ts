/**
 * The keys of each kind of entry as the program's types have them. The compiler refuses a kind or a key that is not here, and
 * one that is here and no longer there; so the page is compared with all of them, though a test run prints but a few.
 */
import type { AdoptedVenue } from "../../src/collect/adopt/adopt_venue.ts";
import type { Finding } from "../../src/collect/findings.ts";
import type { Consolidated } from "../../src/collect/maintain/consolidate.ts";
import type { MergedVenue } from "../../src/collect/merge/merge_venue.ts";
import type { VenueHealth, VenueState } from "../../src/collect/monitor/health.ts";
import type { Repair } from "../../src/collect/verify/repairs.ts";
import type { LakeExport } from "../../src/derive/lake/export_venue.ts";

type KeysOfKind<T, Kind> = T extends { readonly kind: infer Own }
  ? Kind extends Own ? Exclude<keyof T, "kind"> : never
  : never;

type Kinds<T extends { readonly kind: string }> = {
  readonly [Kind in T["kind"]]: Readonly<Record<KeysOfKind<T, Kind>, true>>;
};

const FINDINGS: Kinds<Finding> = {
  "stored": { date: true, rows: true, added: true, duplicates: true, conflicts: true },
  "unrecognized": { date: true, paths: true, keys: true, lacking: true },
  "bad lines": { name: true, count: true, examples: true },
  "unknown keys": { date: true, keys: true },
  "gone keys": { date: true, keys: true, rows: true },
  "damaged raw file": { name: true, reason: true },
  "contradiction": { name: true, onlyInMinutes: true, minuteRows: true, withheld: true },
  "not rebuilt": { date: true, reason: true },
  "reconciled": {
    name: true,
    compared: true,
    added: true,
    shortFiles: true,
    firstShort: true,
    onlyInMinutes: true,
  },
  "narrower filter": { date: true, filter: true },
  "damaged partition": { date: true, message: true },
};

const REPAIRS: Kinds<Repair> = {
  "rebuilt": { date: true, path: true, aside: true, rows: true, proven: true, other: true },
  "judged": { date: true, path: true, added: true },
  "set aside": { date: true, path: true, aside: true },
  "left": { date: true, path: true, reason: true },
};

const MERGED: Kinds<MergedVenue["days"][number]> = {
  "planned": { date: true, entries: true, conflicts: true, rawFiles: true },
  "merged": { date: true, entries: true, conflicts: true, rawFiles: true, added: true },
  "refused": { date: true, message: true },
  "other filter": { date: true, message: true },
};

const ADOPTED: Kinds<AdoptedVenue["days"][number]> = {
  "planned": { date: true, files: true, rows: true, rawFiles: true },
  "adopted": {
    date: true,
    files: true,
    rows: true,
    added: true,
    duplicates: true,
    conflicts: true,
    rejected: true,
    rawFiles: true,
    findings: true,
  },
  "refused": { date: true, message: true },
};

const CONSOLIDATED: Kinds<Consolidated> = {
  "nothing": { month: true, days: true, stored: true, lacks: true },
  "unchanged": { month: true, days: true, stored: true, lacks: true },
  "incomplete": { month: true, days: true, stored: true, lacks: true },
  "consolidated": {
    month: true,
    days: true,
    stored: true,
    lacks: true,
    duplicates: true,
    conflicts: true,
  },
  "refused": { month: true, message: true },
};

const EXPORTED: Kinds<LakeExport> = {
  "written": { what: true, period: true, path: true, rows: true, duplicates: true },
  "unchanged": { what: true, period: true, path: true, rows: true, duplicates: true },
  "empty": { what: true, period: true },
  "nothing": { what: true, period: true },
  "refused": { what: true, period: true, message: true },
};

type KeysOfKinds = Readonly<Record<string, Readonly<Record<string, true>>>>;

/** By section and list. */
export const KINDS: Readonly<Record<string, Readonly<Record<string, KeysOfKinds>>>> = {
  "merge": { "days[]": MERGED },
  "adopt": { "days[]": ADOPTED },
  "consolidate-month": { "months[]": CONSOLIDATED },
  "export": { "exports[]": EXPORTED },
  "Findings": { "findings[]": FINDINGS },
  "Repairs": { "repairs[]": REPAIRS },
};

type Ends<T> = Readonly<Record<keyof NonNullable<T>, "" | "[]">>;
const HELD_BACK: Ends<VenueState["heldBack"]> = { names: "[]", until: "" };
const VOLUME: Ends<VenueState["volume"]> = { date: "", trades: "", usual: "" };
const CATCHING_UP: Ends<VenueHealth["catchingUp"]> = { files: "", minutes: "" };

/** The keys of `status` below those that are null unless the clock, or what a daemon is doing, makes them otherwise. */
export const SELDOM: readonly string[] = [
  ...pathsBelow("state.heldBack", HELD_BACK),
  ...pathsBelow("state.volume", VOLUME),
  ...pathsBelow("catchingUp", CATCHING_UP),
];

function pathsBelow(path: string, ends: Readonly<Record<string, string>>): string[] {
  return Object.entries(ends).map(([key, end]) => `${path}.${key}${end}`);
}
