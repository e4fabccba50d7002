import type { Venue } from "../../feed/venue.ts";
import { markOf, MINUTE } from "../../store/ledger_outline.ts";
import type { Layout } from "../../store/layout.ts";
import { Spool } from "../../store/spool/spool.ts";
import type { SpooledFile } from "../../store/spool/spooled_file.ts";
import type { Collected, FooterOutline } from "../collected.ts";

/** What a calendar needs of a venue and a UTC date: its inventory, with only an outline of the ledger. */
export interface DayOutline extends FooterOutline {
  readonly date: string;
  readonly spooled: readonly SpooledFile[];
  /** The spooled files that are missing from the ledger. */
  readonly waiting: readonly SpooledFile[];
}

/** Reads the footer of a date's partition, and the date's spool. Throws the disk's errors. */
export async function readDayOutline(
  layout: Layout,
  venue: Venue,
  date: string,
  collected: Collected,
): Promise<DayOutline> {
  const footer = await collected.readOutline(layout, venue, date);
  const spooled = new Spool(layout, venue, collected.services(venue)).files(date);
  const waiting = spooled.filter(({ file, version }) =>
    markOf(footer.ledger, file, version) === MINUTE.unknown
  );
  return { date, ...footer, spooled, waiting };
}
