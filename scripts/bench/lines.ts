import { EXCHANGE_QUOTA } from "../../src/feed/quota.ts";
import type { Inputs } from "./inputs.ts";
import type { Measured } from "./jobs/measured.ts";
import type { Round } from "./round.ts";
import type { Line } from "./table.ts";
import { QUOTA, secondsUnder, WINDOWS_A_MINUTE } from "./under_quota.ts";
import { venueLinesOf } from "./venues.ts";

/** The targets of the project's second issue; memory in MB of 10⁶ bytes. */
const TARGET = { timeRatio: 1.6, sizeRatio: 0.9, dayMegabytes: 370, growSeconds: 2 };

/** What is printed of the rounds. */
export function linesOf(rounds: readonly Round[], inputs: Inputs): Line[] {
  return [
    ...dayLines(rounds, inputs),
    ...growthLines(rounds, inputs),
    ...quotaLines(rounds),
    ...decodeLines(rounds),
    ...venueLinesOf(rounds.map(({ venues }) => venues), inputs.venues),
    ...largeLines(rounds, inputs),
    seconds("g  start: --version", rounds.map(({ versionSeconds }) => versionSeconds), 3),
    seconds("   start: --help", rounds.map(({ helpSeconds }) => helpSeconds), 3),
  ];
}

function dayLines(rounds: readonly Round[], { day }: Inputs): Line[] {
  const what = `${counted(day.trades)} trades in ${counted(day.files)} raw files → day`;
  return [
    seconds(`a  ${what}`, rounds.map((round) => round.day.seconds)),
    { ...peak(rounds.map((round) => round.day)), target: { atMost: TARGET.dayMegabytes } },
    ...duckdbLines("b  the same by DuckDB with two threads", rounds, (round) => round.duckdbTwo, {
      target: { atMost: TARGET.timeRatio },
    }),
    {
      what: "     size: ours ÷ DuckDB's",
      values: rounds.map((round) => round.day.bytes / round.duckdbTwo.bytes),
      unit: "×",
      decimals: 2,
      target: { atMost: TARGET.sizeRatio },
    },
    ...duckdbLines("   the same by DuckDB with one thread", rounds, (round) => round.duckdbOne, {}),
  ];
}

/** The ratio is one within each round, and then the median of these. */
function duckdbLines(
  what: string,
  rounds: readonly Round[],
  of: (round: Round) => Measured,
  goal: Pick<Line, "target">,
): Line[] {
  return [
    seconds(what, rounds.map((round) => of(round).seconds)),
    peak(rounds.map(of)),
    {
      what: "     time: ours ÷ DuckDB's",
      values: rounds.map((round) => round.day.seconds / of(round).seconds),
      unit: "×",
      decimals: 2,
      ...goal,
    },
  ];
}

function growthLines(rounds: readonly Round[], { hour, beforeHour }: Inputs): Line[] {
  const what = `c  adding ${counted(hour.trades)} trades to a day of ${counted(beforeHour.trades)}`;
  return [
    {
      ...seconds(what, rounds.map(({ grown }) => grown.seconds)),
      target: { atMost: TARGET.growSeconds },
    },
    peak(rounds.map(({ grown }) => grown)),
  ];
}

function quotaLines(rounds: readonly Round[]): Line[] {
  const scaled = { requests: QUOTA.downloads, windowMillis: QUOTA.seconds * 1000 };
  const [waits, waitsHere] = [EXCHANGE_QUOTA, scaled].map((limit) => secondsUnder(limit, 60));
  const exact = EXCHANGE_QUOTA.requests * 60 / secondsUnder(EXCHANGE_QUOTA, EXCHANGE_QUOTA.requests + 1);
  return [
    {
      what: `d  files fetched in the first second, of ${QUOTA.downloads} in ${QUOTA.seconds} s`,
      values: rounds.map(({ hour }) => hour.inFirstSecond),
      unit: "files",
      target: { atLeast: QUOTA.downloads },
    },
    {
      what: `   of 30 files a minute (windows ${WINDOWS_A_MINUTE} × as short; arithmetic: ${
        exact.toFixed(1)
      })`,
      values: rounds.map(({ manyFiles }) => manyFiles.filesAWindow),
      unit: "files",
      decimals: 1,
    },
    seconds(`   60 files of an hour, in these windows`, rounds.map(({ hour }) => hour.seconds)),
    seconds(
      `   60 files of an hour, at 30 in 60 s (${waits.toFixed(1)} s between first and last request)`,
      rounds.map(({ hour }) => hour.seconds - waitsHere + waits),
    ),
  ];
}

function decodeLines(rounds: readonly Round[]): Line[] {
  const perSecond = (of: (decoded: Measured) => number) =>
    rounds.map(({ decoded }) => of(decoded) / decoded.seconds);
  return [
    { what: "e  unpack and decode", values: perSecond(({ bytes }) => bytes / 1e6), unit: "MB/s" },
    { what: "", values: perSecond(({ rows }) => rows), unit: "rows/s" },
  ];
}

function largeLines(rounds: readonly Round[], { large }: Inputs): Line[] {
  return [
    seconds(`f  ${counted(large.trades)} trades → day`, rounds.map((round) => round.large.seconds)),
    { ...peak(rounds.map((round) => round.large)), target: { atMost: TARGET.dayMegabytes } },
  ];
}

function seconds(what: string, values: readonly number[], decimals = 2): Line {
  return { what, values, unit: "s", decimals };
}

function peak(measured: readonly Measured[]): Line {
  return {
    what: "     peak RSS",
    values: measured.map(({ peakMegabytes }) => peakMegabytes),
    unit: "MB",
  };
}

function counted(n: number): string {
  return n.toLocaleString("en");
}
