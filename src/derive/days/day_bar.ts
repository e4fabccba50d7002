import { Bar } from "../bar.ts";
import { NATURE } from "../price_forming.ts";
import type { DayView } from "./day_view.ts";

/** The kind of official close for each rank of `DayView.closeRanks`. */
export const CLOSE_KINDS = [null, "off_book", "last", "last", "auction", "auction"] as const;

/** The bar of a trading day, with its official close. */
export class DayBar extends Bar {
  /** `NaN` if no row has a price. */
  officialClose = NaN;
  /** Nanoseconds since 1970 UTC. */
  officialTime = 0n;
  #rank = 0;

  /** Null if there is no official close. */
  get officialKind(): string | null {
    return CLOSE_KINDS[this.#rank];
  }

  override add(view: DayView, row: number): void {
    super.add(view, row);
    const rank = view.closeRanks[row];
    if (rank === 0 || rank < this.#rank) return;
    this.#rank = rank;
    this.officialClose = view.prices[row];
    this.officialTime = view.times[row];
  }

  /** Prices from outside the main session are not part of the day's four prices. */
  protected override addPrice(price: number, nature: number): void {
    if ((nature & NATURE.outOfSession) === 0) super.addPrice(price, nature);
  }
}
