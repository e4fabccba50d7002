import type { CycleReport } from "../../src/collect/report.ts";

/** When the cycle started. */
export const START: number = Date.UTC(2026, 8, 1, 9);

/** What a cycle in which nothing is wrong has done. */
export const REPORT: CycleReport = {
  heldBack: null,
  venue: "DETR",
  listed: 5,
  skipped: [],
  odd: [],
  files: 3,
  bytes: 90_000,
  trades: 1200,
  pending: new Map(),
  lost: [],
  rejected: [],
  findings: [],
  asked: START + 200,
  contradictions: [],
  days: [],
  volume: null,
  newestMinute: Date.UTC(2026, 8, 1, 8, 44),
};
