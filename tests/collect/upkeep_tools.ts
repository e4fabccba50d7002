import type { UpkeepTools } from "../../src/collect/maintain/maintenance.ts";
import { FakeClock } from "../feed/fake_clock.ts";
import type { Venue } from "./daily_files.ts";

/** What the upkeep works with; the rest of a cycle's tools would fail when it was used. */
export function toolsOf({ layout }: Venue, clock: FakeClock): UpkeepTools {
  const tools = {
    layout,
    clock,
    createdBy: "a test",
    isTradingDay: ({ dayOfWeek }: Temporal.PlainDate) => dayOfWeek <= 5,
    oneAtATime: (work: () => Promise<unknown>) => work(),
    onProgress: () => {},
  };
  return tools as unknown as UpkeepTools;
}

export function clockAt(millis: number): FakeClock {
  return Object.assign(new FakeClock(), { millis });
}
