import type { MaintenanceTools } from "../../../src/collect/maintain/maintenance.ts";
import { FakeClock } from "../../feed/fake_clock.ts";
import type { Venue } from "../daily_files.ts";

/** The tools that the maintenance uses; using any other tool of a cycle would fail. */
export function toolsOf({ layout }: Venue, clock: FakeClock): MaintenanceTools {
  const tools = {
    layout,
    clock,
    createdBy: "a test",
    isTradingDay: ({ dayOfWeek }: Temporal.PlainDate) => dayOfWeek <= 5,
    oneAtATime: (work: () => Promise<unknown>) => work(),
    onProgress: () => {},
  };
  return tools as unknown as MaintenanceTools;
}

export function clockAt(millis: number): FakeClock {
  return Object.assign(new FakeClock(), { millis });
}
