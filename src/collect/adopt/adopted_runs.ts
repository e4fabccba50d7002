import { join } from "node:path";
import { gather } from "../../feed/records/gather.ts";
import { type Batch, release } from "../../feed/records/batch.ts";
import { TRADES } from "../../feed/records/trades.ts";
import type { SortedSource } from "../../store/merge_sorted.ts";
import { RUN_ROWS, Runs } from "../../store/runs.ts";
import { CoveredTrades } from "./covered.ts";
import type { Survey } from "./survey.ts";
import type { Publisher } from "../publish/publish.ts";

/** The trades of an adoption, sorted. Dispose it to remove the temporary files. */
export interface AdoptedRuns extends Disposable {
  readonly sources: readonly SortedSource[];
  /** Rows that are left out because the stored trade has more fields. */
  readonly covered: number;
}

/**
 * Reads the trades of all files that are to be adopted, except those that the partition at `path` already has with more
 * fields. They go to a folder of their own, which decoding does not use. Throws as `ForeignTrades.trades`.
 */
export async function runsOf(
  { spool, pace }: Publisher,
  { fresh }: Survey,
  path: string,
): Promise<AdoptedRuns> {
  using made = new DisposableStack();
  const runs = made.use(new Runs(join(spool.layout.runs(spool.venue), "adopted")));
  const stored = await CoveredTrades.of(path);
  const gathered = new Gathered((batch) => runs.add(batch));
  let covered = 0;
  for (const { trades } of fresh) {
    for await (const batch of trades.trades(pace.breathe)) {
      const others = await stored.others(batch, trades.columns);
      covered += batch.rows - others.rows;
      gathered.add(others);
    }
  }
  gathered.flush();
  const kept = made.move();
  return { sources: runs.sources(), covered, [Symbol.dispose]: () => kept.dispose() };
}

/** Collects small batches into large ones: a day that was never merged has a thousand files, too many for one merge. */
class Gathered {
  #batches: Batch[] = [];
  #rows = 0;

  constructor(readonly onBatch: (batch: Batch) => void) {}

  /** Adds a batch and takes ownership of it. */
  add(batch: Batch): void {
    if (this.#rows + batch.rows > RUN_ROWS) this.flush();
    this.#batches.push(batch);
    this.#rows += batch.rows;
  }

  flush(): void {
    const [batch, row] = [new Uint32Array(this.#rows), new Uint32Array(this.#rows)];
    let at = 0;
    for (const [i, { rows }] of this.#batches.entries()) {
      for (let from = 0; from < rows; from++, at++) [batch[at], row[at]] = [i, from];
    }
    this.onBatch(gather(TRADES, { batches: this.#batches, batch, row }));
    this.#batches.forEach(release); // the gathered batch is a copy
    this.#batches = [];
    this.#rows = 0;
  }
}
