/** What strikes are made of: days, quotes, folders. */
import type { Replica } from "../../../scripts/replica/server.ts";
import { ODD } from "../../../scripts/replica/untidy.ts";
import { assertForeseen } from "../../e2e/evidence.ts";
import { AMPLE_QUOTA, temporaryDirectory } from "../../e2e/harness.ts";
import { runInOneProcess } from "../../e2e/one_process.ts";
import type { Strike } from "../strike.ts";

export const DETR = {
  venue: "DETR",
  date: "2026-09-01",
  trades: 400,
  minutes: { from: 480, until: 512 },
  untidiness: ODD,
};
/** A Eurex day, which begins before midnight UTC. */
export const DEUR = { ...DETR, venue: "DEUR", minutes: { from: -20, until: 30 }, opens: 60 };
export const DFRA = { ...DETR, venue: "DFRA" };
/** With files that have only one row, without a time of trading. */
export const DGAT = { ...DETR, venue: "DGAT" };
export const STRANGE = "DETR-posttrade-2026-09-01T08_06.json.gz";

export const QUOTES = {
  service: "DGAT-pretrade",
  date: "2026-09-01",
  rows: 40,
  instruments: 30,
  minutes: { from: 530, until: 544 },
};

/** Fetches these quotes. */
export function quotesArgs(replica: Replica, dir: string): string[] {
  return ["--wrk-dir", dir, "fetch-quotes", "DGAT", "--api-url", replica.apiUrl, "--quota", AMPLE_QUOTA];
}

/** The parts of a strike; the others are those of a fetch. */
type Parts = Partial<Strike> & Pick<Strike, "args"> & {
  readonly replica: Replica;
  /** Makes the working directory in which each round begins. */
  readonly prepare?: (dir: string) => Promise<void>;
  /** Names of files that must not be stored. */
  readonly except?: readonly string[];
};

/** A strike; its folder and its replica go when it is disposed of. */
export async function strike({ replica, prepare, except = [], ...parts }: Parts): Promise<Strike> {
  const start = temporaryDirectory();
  await prepare?.(start.path);
  return {
    code: 0,
    endsAfter: null,
    isStruck: () => true,
    isSlow: false,
    deletesRaw: false,
    truth: { replica, except },
    ...parts,
    start: start.path,
    async [Symbol.asyncDispose]() {
      start[Symbol.dispose]();
      await replica.close();
    },
  };
}

/** A strike with the folder of another collector, which goes when it is disposed. */
export function withOther(made: Strike, other: Disposable): Strike {
  return {
    ...made,
    async [Symbol.asyncDispose]() {
      other[Symbol.dispose]();
      await made[Symbol.asyncDispose]();
    },
  };
}

/** Runs the program to prepare a folder. */
export async function run(args: readonly string[], code = 0): Promise<void> {
  assertForeseen(await runInOneProcess(args), code);
}
