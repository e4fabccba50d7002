import { gzipSync } from "node:zlib";
import { publishDaily } from "../../src/collect/publish/publish_daily.ts";
import type { Finding } from "../../src/collect/findings.ts";
import { Pace } from "../../src/collect/pace.ts";
import { type Publisher, publishMinutes } from "../../src/collect/publish/publish.ts";
import { TRADES } from "../../src/feed/records/trades.ts";
import { dailyFile, type MinuteFile, minuteFile, type SourceFile } from "../../src/feed/file_names.ts";
import { TRADES_BY_DAY } from "../../src/store/datasets.ts";
import { Layout } from "../../src/store/layout.ts";
import { adoptedKey, type Judgement } from "../../src/store/ledger.ts";
import { publishPartition } from "../../src/store/partition.ts";
import { openStored, readPartition } from "../../src/store/stored_partition.ts";
import { Spool } from "../../src/store/spool/spool.ts";
import type { SpooledFile } from "../../src/store/spool/spooled_file.ts";
import { temporaryDirectory } from "../e2e/harness.ts";
import { FakeClock } from "../feed/fake_clock.ts";
import { storedRows } from "../store/parquet_files.ts";
import { at } from "./situations.ts";

/** The other keys that every row has. */
const USUAL = {
  priceCurrency: "EUR",
  venueOfExecution: "XETA",
  mmtTradingMode: "2",
  mmtModificationInd: "-",
  messageId: "posttrade",
  tradingSystem: "1",
  priceNotation: 1,
  venueOfPublication: "XCEF",
};

/** A line of the exchange: a trade published at `time`, `2026-09-01T09:00`, and executed a second before. */
export function line(time: string, id: number, more: Record<string, unknown> = {}): string {
  return JSON.stringify({
    instrumentIdentificationCode: "DE0007164600",
    tradingDateAndTime: `${time}:00.5Z`,
    publicationDateAndTime: `${time}:01Z`,
    price: 100,
    quantity: 1,
    transactionIdentificationCode: `${id}`,
    ...USUAL,
    ...more,
  });
}

/** This many lines of one minute, with ids from `first` on. */
export function lines(time: string, count: number, first = 0): string[] {
  return Array.from({ length: count }, (_, i) => line(time, first + i));
}

/** A venue's spool and partitions in a folder of their own. */
export class Venue implements Disposable {
  readonly #directory = temporaryDirectory();
  readonly layout: Layout = new Layout(this.#directory.path);
  readonly spool: Spool = new Spool(this.layout, "DETR");
  readonly publisher: Publisher = {
    spool: this.spool,
    createdBy: "a test",
    pace: new Pace(new FakeClock(), new AbortController().signal, () => {}),
  };

  /** Stores a minute file of these lines, published. */
  async minute(time: string, lines: readonly string[]): Promise<void> {
    await this.publish(await this.spoolMinute(time, lines));
  }

  /** Stores a minute file of these lines in the spool only; a second one of a time is another version. */
  async spoolMinute(time: string, lines: readonly string[]): Promise<SpooledFile> {
    return await this.#spool(minuteFile("DETR", time.slice(0, 10), at(time.slice(11))), lines);
  }

  /** Lets a web page arrive in place of a file. */
  async reject(file: SourceFile): Promise<void> {
    async function* page() {
      yield new TextEncoder().encode("<html>");
    }
    await this.spool.keep(file, page());
  }

  async publish(spooled: SpooledFile): Promise<void> {
    await publishMinutes(this.publisher, spooled.file.date, [spooled]);
  }

  /** Stores lines of one minute as those of a file of the predecessor. */
  async adopt(date: string, lines: readonly string[]): Promise<void> {
    using other = new Venue();
    await other.minute(`${date}T00:00`, lines);
    const path = other.layout.partition(TRADES_BY_DAY, "DETR", date);
    using file = Deno.openSync(path);
    const { rows, batches } = await openStored(path, file, TRADES);
    const digest = "0123456789abcdef";
    const entries = new Map([[adoptedKey(digest), { rows, rejected: 0, digest }]]);
    await publishPartition(this.layout.partition(TRADES_BY_DAY, "DETR", date), [batches()], entries, {
      type: TRADES,
      createdBy: "a test",
      breathe: () => Promise.resolve(),
    });
  }

  /** Publishes a daily file of these lines; returns the findings. */
  async daily(
    date: string,
    lines: readonly string[],
    credits: readonly MinuteFile[] = [],
    decided: Judgement | null = null,
  ): Promise<Finding[]> {
    const daily = await this.#spool(dailyFile("DETR", date), lines);
    return await publishDaily(this.publisher, daily, credits, decided);
  }

  /** The ledger of a date as `key: rows rejected digest judgement`, what is not CREDITED being `fetched`. */
  async ledger(date: string): Promise<Record<string, string>> {
    const { ledger } = (await readPartition(this.layout.partition(TRADES_BY_DAY, "DETR", date), TRADES))!;
    const entries = Array.from(ledger, ([key, { rows, rejected, digest, judged }]): [string, string] => {
      const origin = digest === "credited" ? digest : "fetched";
      return [key, `${rows} ${rejected} ${origin}${judged === undefined ? "" : ` ${judged}`}`];
    });
    return Object.fromEntries(entries.sort());
  }

  /** The ids of the stored trades of a date, as numbers in order. */
  async ids(date: string): Promise<number[]> {
    const rows = await storedRows(this.layout.partition(TRADES_BY_DAY, "DETR", date));
    return rows.map(({ transaction_id }) => Number(transaction_id)).sort((a, b) => a - b);
  }

  [Symbol.dispose](): void {
    this.#directory[Symbol.dispose]();
  }

  async #spool(file: SourceFile, lines: readonly string[]): Promise<SpooledFile> {
    const text = lines.map((line) => `${line}\n`).join("");
    async function* body() {
      yield Uint8Array.from(gzipSync(text));
    }
    await this.spool.keep(file, body());
    return this.spool.files(file.date).findLast((spooled) => spooled.file.name === file.name)!;
  }
}
