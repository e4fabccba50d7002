/** Works that are measured with few stored dates and with many: what grows with history, and what does not. */
import { counted } from "../../src/collect/counted.ts";
import type { Measured } from "./jobs/measured.ts";
import type { Line } from "./table.ts";

/** The target of the project's thirteenth issue: what does not depend on history is flat, by time and by memory. */
const FLAT = { atMost: 1.25 };

/** Works by name: command lines, and whether they should take no longer with more dates. */
export type Works = Readonly<Record<string, { readonly args: readonly string[]; readonly flat: boolean }>>;

/** What each work took in one round, with few dates and with many. */
export type WorksRound = Readonly<Record<string, { readonly few: Measured; readonly many: Measured }>>;

/** Numbers of stored dates. */
export interface Dates {
  readonly few: number;
  readonly many: number;
}

type Measure = (args: readonly string[]) => Promise<Measured>;

/** Measures each work with few dates and with many, one after the other. */
export async function roundOf(works: Works, few: Measure, many: Measure): Promise<WorksRound> {
  const round: Record<string, { few: Measured; many: Measured }> = {};
  for (const [work, { args }] of Object.entries(works)) {
    round[work] = { few: await few(args), many: await many(args) };
  }
  return round;
}

/** What is printed of the rounds; `venuesOf` says of how many venues a command line is. */
export function worksLinesOf(
  works: Works,
  rounds: readonly WorksRound[],
  dates: Dates,
  venuesOf: (args: readonly string[]) => number,
): Line[] {
  return Object.entries(works).flatMap(([work, { args, flat }]) => {
    const measured = rounds.map((round) => round[work]);
    const venues = venuesOf(args);
    const of = (value: (measured: Measured) => number) => ({
      few: measured.map(({ few }) => value(few)),
      ratio: measured.map(({ few, many }) => value(many) / value(few)),
    });
    const [time, memory] = [
      of(({ cpuSeconds }) => cpuSeconds),
      of(({ peakMegabytes }) => peakMegabytes ?? NaN),
    ];
    const perDate = measured.map(({ few, many }) =>
      (many.cpuSeconds - few.cpuSeconds) * 1e3 / (dates.many - dates.few) / venues
    );
    return [
      {
        what: `${work}: ${dates.few} dates of ${counted(venues, "venue")}`,
        values: time.few,
        unit: "CPU-s",
        decimals: 2,
      },
      {
        what: `     CPU with ${dates.many}`,
        values: time.ratio,
        unit: "×",
        decimals: 2,
        ...(flat ? { target: FLAT } : {}),
      },
      ...(flat
        ? []
        : [{ what: "     that is, for a date of a venue", values: perDate, unit: "ms", decimals: 2 }]),
      { what: `     peak RSS of ${dates.few} dates`, values: memory.few, unit: "MB" },
      {
        what: `     peak RSS with ${dates.many}`,
        values: memory.ratio,
        unit: "×",
        decimals: 2,
        target: FLAT,
      },
    ];
  });
}
