import { EXCHANGE_QUOTA } from "../../src/feed/quota.ts";
import type { Inputs } from "./inputs.ts";
import type { Measured } from "./jobs/measured.ts";
import type { Round } from "./round.ts";
import { peak, ratio, seconds } from "./measured_lines.ts";
import type { Line } from "./table.ts";
import { QUOTA, secondsUnder, WINDOWS_A_MINUTE } from "./under_quota.ts";
import { venueLinesOf } from "./venues.ts";

/** Relative to DuckDB with two threads, but for the memory, in MB of 10⁶ bytes, however many trades there are. */
const TARGET = {
  dayTimeRatio: 1.4,
  dayMemoryRatio: 0.45,
  sizeRatio: 0.9,
  dayMegabytes: 370,
  growTimeRatio: 1.5,
};

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
  const ours = rounds.map((round) => round.day);
  const [two, one] = [rounds.map(({ duckdbTwo }) => duckdbTwo), rounds.map(({ duckdbOne }) => duckdbOne)];
  return [
    seconds(`a  ${what}`, ours.map(({ seconds }) => seconds)),
    { ...peak(ours), target: { atMost: TARGET.dayMegabytes } },
    ...duckdbLines("b  the same by DuckDB with two threads", two),
    { ...ratio("time", ours, two, ({ seconds }) => seconds), target: { atMost: TARGET.dayTimeRatio } },
    ratio("CPU time", ours, two, ({ cpuSeconds }) => cpuSeconds),
    {
      ...ratio("peak RSS", ours, two, ({ peakMegabytes }) => peakMegabytes),
      target: { atMost: TARGET.dayMemoryRatio },
    },
    { ...ratio("size", ours, two, ({ bytes }) => bytes), target: { atMost: TARGET.sizeRatio } },
    ...duckdbLines("   the same by DuckDB with one thread", one),
    ratio("time", ours, one, ({ seconds }) => seconds),
  ];
}

function duckdbLines(what: string, measured: readonly Measured[]): Line[] {
  return [seconds(what, measured.map(({ seconds }) => seconds)), peak(measured)];
}

function growthLines(rounds: readonly Round[], { hour, beforeHour }: Inputs): Line[] {
  const what = `c  adding ${counted(hour.trades)} trades to a day of ${counted(beforeHour.trades)}`;
  const [ours, theirs] = [rounds.map(({ grown }) => grown), rounds.map(({ duckdbGrown }) => duckdbGrown)];
  return [
    seconds(what, ours.map(({ seconds }) => seconds)),
    peak(ours),
    ...duckdbLines("   the same by DuckDB with two threads", theirs),
    { ...ratio("time", ours, theirs, ({ seconds }) => seconds), target: { atMost: TARGET.growTimeRatio } },
    ratio("CPU time", ours, theirs, ({ cpuSeconds }) => cpuSeconds),
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

function counted(n: number): string {
  return n.toLocaleString("en");
}
