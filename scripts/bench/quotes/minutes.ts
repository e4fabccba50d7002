import { dirname } from "node:path";
import { fileNamed } from "../../../src/feed/file_names.ts";
import { Layout } from "../../../src/store/layout.ts";
import { generateQuotes } from "../../replica/quotes/quote_day.ts";
import { compressed } from "../../replica/wire.ts";
import { DATE } from "../raw_day.ts";

/** The hour of the benchmarks: a usual one of trading. */
export const HOUR = `${DATE}T10`;
const FIRST_MINUTE = 10 * 60;

/** Minute files of a service in the spool of a working directory. */
export interface QuoteMinutes {
  readonly layout: Layout;
  readonly venue: string;
  readonly service: string;
  readonly paths: readonly string[];
  readonly rows: number;
  /** Before compression. */
  readonly bytes: number;
}

/** So many minutes of a service, named as `DGAT-pretrade`, and the rows of one of them. */
export interface QuoteMinutesSpec {
  readonly service: string;
  readonly minutes: number;
  readonly rows: number;
}

/** Writes the minutes, which have about as many rows as is said. */
export function writeQuoteMinutes(
  directory: string,
  { service, minutes, rows }: QuoteMinutesSpec,
): QuoteMinutes {
  const layout = new Layout(directory);
  const paths: string[] = [];
  let [written, bytes] = [0, 0];
  const range = { from: FIRST_MINUTE, until: FIRST_MINUTE + minutes };
  const share = shareOfUsual(service);
  for (
    const minute of generateQuotes({ service, date: DATE, minutes: range, rows: Math.round(rows / share) })
  ) {
    const path = layout.rawFile(fileNamed(minute.name)!);
    Deno.mkdirSync(dirname(path), { recursive: true });
    Deno.writeFileSync(path, compressed(minute.ndjson));
    paths.push(path);
    written += minute.quotes.length + minute.depthRows;
    bytes += minute.ndjson.length;
  }
  const [venue, name] = service.split("-");
  return { layout, venue, service: name, paths, rows: written, bytes };
}

/** How many of a usual minute's rows the minutes of this hour have: a venue is not equally busy all day. */
function shareOfUsual(service: string): number {
  const sample = 1000;
  const minutes = { from: FIRST_MINUTE, until: FIRST_MINUTE + 1 };
  const [{ quotes, depthRows }] = generateQuotes({ service, date: DATE, minutes, rows: sample });
  return (quotes.length + depthRows) / sample;
}
