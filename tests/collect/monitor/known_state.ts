import type { DayStatus } from "../../../src/collect/monitor/day_status.ts";
import type { VenueState } from "../../../src/collect/monitor/health.ts";

export const DAY: DayStatus = {
  date: "2026-09-01",
  listed: 5,
  stored: 3,
  waiting: 0,
  pending: 0,
  lost: 2,
  absent: 0,
  trades: 1200,
  damaged: false,
};

/** A venue that has been fetched. */
export const STATE: VenueState = {
  data: "trades",
  heldBack: null,
  venue: "DETR",
  version: "1.0.0",
  lastCycle: {
    start: "2026-09-01T09:00:00.000Z",
    end: "2026-09-01T09:00:30.500Z",
    files: 3,
    trades: 1200,
    exitCode: 0,
    error: null,
  },
  failedCycles: 0,
  nextCycle: null,
  asked: "2026-09-01T09:00:00.000Z",
  newestMinute: "2026-09-01T08:44",
  notUnderstood: { files: 0, oldest: null },
  lost: { files: 0, last: null },
  rejected: [],
  oddNames: { odd: 0, others: 0, first: null },
  volume: null,
  reconciled: null,
  contradictions: [],
  days: [DAY],
};
