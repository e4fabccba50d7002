import { coverage, type DayCoverage } from "../../collect/monitor/day_coverage.ts";
import { storedDates } from "../../store/periods.ts";
import { jsonAnswer } from "../answer.ts";
import type { Question } from "../question.ts";
import type { Sources } from "../sources.ts";

/** `/api/coverage?venue=&from=&to=`: what is stored of each trading day since the first stored one. */
export async function coverageAnswer(
  question: Question,
  { layout, knownDays, calendars, breathe, now }: Sources,
): Promise<Response> {
  const { venue } = question;
  const [first] = storedDates(layout, venue);
  const from = question.date("from");
  const to = question.date("to") ?? undefined;
  const days: DayCoverage[] = [];
  if (first === undefined) return jsonAnswer({ venue, days });
  // There is nothing to show of the time before the collection began.
  const range = { from: from === null || from < first ? undefined : from, to };
  await calendars.take(async () => {
    for await (const day of coverage(layout, venue, range, now(), undefined, knownDays)) {
      days.push(day);
      await breathe();
    }
  });
  return jsonAnswer({ venue, days });
}
