import { join } from "node:path";
import { gather } from "../../feed/records/gather.ts";
import { type Batch, release } from "../../feed/records/batch.ts";
import { TRADES } from "../../feed/records/trades.ts";
import type { SortedSource } from "../../store/merge.ts";
import { RUN_ROWS, Runs } from "../../store/runs.ts";
import { CoveredTrades } from "./covered.ts";
import type { Survey } from "./survey.ts";
import type { Publisher } from "../publish/publish.ts";

/** The trades of an adoption, sorted. Dispose it to remove the temporary files. */
export interface AdoptedRuns extends Disposable {
  readonly sources: readonly SortedSource[];
  /** Rows that are left out, for they tell less of a stored trade. */
  readonly covered: number;
}

/**
 * Reads the trades of all files that are to be adopted, but for those of which the partition at `path` knows more. They
 * go to a folder of their own, which decoding has no business with. Throws as `ForeignTrades.trades`.
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
    for await (const batch of trades.trades(() => pace.breathe())) {
      const others = await stored.others(batch, trades.columns);
      covered += batch.rows - others.rows;
      gathered.add(others);
    }
  }
  gathered.flush();
  const kept = made.move();
  return { sources: runs.sources(), covered, [Symbol.dispose]: () => kept.dispose() };
}

/** Makes large batches of small ones: a day that was not merged has a thousand files, and no merge should have. */
class Gathered {
  readonly #onBatch: (batch: Batch) => void;
  #batches: Batch[] = [];
  #rows = 0;

  constructor(onBatch: (batch: Batch) => void) {
    this.#onBatch = onBatch;
  }

  /** Takes over a batch. */
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
    this.#onBatch(gather(TRADES, { batches: this.#batches, batch, row }));
    this.#batches.forEach(release); // what was gathered is a copy
    this.#batches = [];
    this.#rows = 0;
  }
}
