import { QUOTES } from "../../../feed/records/quotes.ts";
import { QUOTES_BY_HOUR } from "../../../store/datasets.ts";
import type { Ledger } from "../../../store/ledger.ts";
import type { SortedSource } from "../../../store/merge_sorted.ts";
import type { Published } from "../../../store/partition.ts";
import type { SpooledFile } from "../../../store/spool/spooled_file.ts";
import type { Finding } from "../../findings.ts";
import { RebuiltPartition } from "../../verify/rebuilt_partition.ts";
import type { Hour } from "../hours.ts";
import { publishHour, publishSorted, type QuotePublisher } from "../publish_hour.ts";

/** An hour rebuilt on the same disk as the stored one. */
export class RebuiltHour extends RebuiltPartition<QuotePublisher> {
  /** The publisher's filter is the hour's own. */
  constructor(publisher: QuotePublisher, hour: Hour) {
    super(publisher, QUOTES_BY_HOUR, QUOTES, hour);
  }

  protected override publishFiles(files: readonly SpooledFile[]): Promise<Finding[]> {
    return publishHour(this.publisher, this.period, files);
  }

  override add(quotes: readonly SortedSource[], entries: Ledger): Promise<Published> {
    return publishSorted(this.publisher, this.period, this.publisher.filter, quotes, entries);
  }
}
