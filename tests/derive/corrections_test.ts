import assert from "node:assert/strict";
import { applyCorrections, type Correctable } from "../../src/derive/corrections.ts";

/** A row with a name: by default trade `1` with id `x`, at 100 for 5 pieces, published in second 1. */
interface Line extends Correctable {
  readonly name: string;
}

function line(name: string, columns: Partial<Correctable> = {}): Line {
  return { name, key: "x", flag: "-", published: 1n, price: 100, quantity: 5, ...columns };
}

const cancellation = (columns: Partial<Correctable> = {}) =>
  line("C", { flag: "C", published: 2n, ...columns });
const amendment = (columns: Partial<Correctable> = {}) => line("A", { flag: "A", published: 2n, ...columns });

interface Case {
  readonly title: string;
  readonly rows: readonly Line[];
  readonly standing: readonly string[];
  readonly unmatched?: number;
}

const CASES: readonly Case[] = [
  {
    title: "without corrections all rows stand",
    rows: [line("1"), line("2", { key: "y" })],
    standing: ["1", "2"],
  },
  {
    title: "rows of one id are legs, and all stand",
    rows: [line("1"), line("2", { price: 101 })],
    standing: ["1", "2"],
  },
  { title: "a cancellation takes its trade away", rows: [line("1"), cancellation()], standing: [] },
  {
    title: "a cancellation of other figures takes away all rows of the id",
    rows: [line("1"), line("2", { price: 101 }), cancellation({ price: 7 })],
    standing: [],
  },
  {
    title: "a cancellation of one leg leaves the other",
    rows: [line("1"), line("2", { price: 101 }), cancellation()],
    standing: ["2"],
  },
  {
    title: "two cancellations of one leg take away no other",
    rows: [line("1"), line("2", { price: 101 }), cancellation(), cancellation({ published: 3n })],
    standing: ["2"],
  },
  {
    title: "of two legs of the same figures one cancellation takes away the first",
    rows: [line("1"), line("2"), cancellation()],
    standing: ["2"],
  },
  {
    title: "an amendment takes the place of its trade",
    rows: [line("1"), amendment({ price: 99 })],
    standing: ["A"],
  },
  {
    title: "an amendment takes the place of all legs before it, and of none after it",
    rows: [line("1"), line("2", { price: 101 }), line("3", { published: 3n }), amendment()],
    standing: ["3", "A"],
  },
  {
    title: "of two amendments the later stands",
    rows: [line("1"), amendment({ price: 99 }), line("A2", { flag: "A", published: 3n, price: 98 })],
    standing: ["A2"],
  },
  {
    title: "a cancellation after an amendment takes the amended trade away",
    rows: [line("1"), amendment({ price: 99 }), cancellation({ published: 3n, price: 99 })],
    standing: [],
  },
  {
    title: "a cancellation after an amendment that repeats the trade as it was takes the amended trade away",
    rows: [line("1"), amendment({ price: 99 }), cancellation({ published: 3n })],
    standing: [],
  },
  {
    title: "an amendment after a cancellation stands, for its trade was there",
    rows: [line("1"), cancellation(), amendment({ published: 3n, price: 99 })],
    standing: ["A"],
  },
  {
    title: "a cancellation that comes before its trade, in the same instant, takes it away",
    rows: [cancellation({ published: 1n }), line("1")],
    standing: [],
  },
  {
    title: "a cancellation that was published before its trade takes it away",
    rows: [cancellation({ published: 0n }), line("1")],
    standing: [],
  },
  {
    title: "a cancellation of other figures takes nothing away that is published after it",
    rows: [cancellation({ published: 0n, price: 7 }), line("1")],
    standing: ["1"],
    unmatched: 1,
  },
  {
    title: "a trade that is published anew after its cancellation stands",
    rows: [line("1"), cancellation(), line("2", { published: 3n })],
    standing: ["2"],
  },
  {
    title: "a cancellation without a trade is left out and counted",
    rows: [cancellation()],
    standing: [],
    unmatched: 1,
  },
  {
    title: "an amendment without a trade is left out and counted",
    rows: [amendment()],
    standing: [],
    unmatched: 1,
  },
  {
    title: "an amendment that was published before its trade is left out and counted",
    rows: [amendment({ published: 0n }), line("1")],
    standing: ["1"],
    unmatched: 1,
  },
  {
    title: "corrections without a trade among them are all counted",
    rows: [amendment(), cancellation({ published: 3n })],
    standing: [],
    unmatched: 2,
  },
  {
    title: "rows of other ids, and of other contracts, are not touched",
    rows: [line("1"), line("2", { key: "y" }), cancellation()],
    standing: ["2"],
  },
  {
    title: "rows without an id belong to nobody: a cancellation without one has no trade",
    rows: [line("1", { key: null }), cancellation({ key: null })],
    standing: ["1"],
    unmatched: 1,
  },
  {
    title: "missing figures are the same as missing ones",
    rows: [line("1", { price: NaN }), line("2", { quantity: NaN }), cancellation({ price: NaN })],
    standing: ["2"],
  },
  {
    title: "what has no time of publication comes last",
    rows: [cancellation({ published: null, price: 7 }), line("1")],
    standing: [],
  },
  {
    title: "an unknown flag is a trade",
    rows: [line("1", { flag: null }), line("2", { flag: "?" })],
    standing: ["1", "2"],
  },
];

for (const { title, rows, standing, unmatched = 0 } of CASES) {
  Deno.test(title, () => {
    const corrected = applyCorrections(rows);
    assert.deepEqual(corrected.standing.map(({ name }) => name), standing);
    assert.equal(corrected.unmatched, unmatched);
  });
}
