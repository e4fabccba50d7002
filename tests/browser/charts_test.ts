/** What is chosen on charts, and what they draw; and tables on a phone. */
import assert from "node:assert/strict";
import { dirname } from "node:path";
import type { Page } from "playwright-core";
import { startReplica } from "../../scripts/replica/server.ts";
import { BARS_1D, BARS_1M, type Dataset, TRADES_BY_DAY } from "../../src/store/datasets.ts";
import { Layout } from "../../src/store/layout.ts";
import { assertForeseen } from "../e2e/evidence.ts";
import { fetchArgs, runProgram, temporaryDirectory } from "../e2e/harness.ts";
import { answered, startServing } from "../e2e/page_program.ts";
import { canBrowse, violations, type Visit, visit } from "./chromium.ts";

const DATE = "2026-09-01";
const VENUES = ["DETR", "DEUR"];
/** Has the files of DETR: no instrument of the replica is traded on two venues. */
const TWIN = "DGAT";
/** With the closing auction of Xetra, at 15:35 UTC. */
const MINUTES = { from: 900, until: 940 };
const PLACES = 20;

const store = temporaryDirectory();
addEventListener("unload", () => store[Symbol.dispose]());
if (canBrowse) {
  const days = VENUES.map((venue) => ({ venue, date: DATE, trades: 6_000, minutes: MINUTES }));
  await using replica = await startReplica({ days });
  assertForeseen(await runProgram(fetchArgs(replica, store.path, VENUES)), 0);
  for (const interval of ["1m", "1d"]) {
    const bars = ["bars", ...VENUES, "--all", "--interval", interval];
    assertForeseen(await runProgram(["--wrk-dir", store.path, ...bars]), 0);
  }
  const layout = new Layout(store.path);
  for (const dataset of [TRADES_BY_DAY, BARS_1M, BARS_1D]) {
    const [from, to] = ["DETR", TWIN].map((venue) => layout.partition(dataset, venue, periodOf(dataset)));
    Deno.mkdirSync(dirname(to), { recursive: true });
    Deno.copyFileSync(from, to);
  }
}

const served = canBrowse ? await startServing(store.path) : null;
Deno.test.afterAll(async () => await served?.[Symbol.asyncDispose]());

function periodOf({ grain }: Dataset): string {
  return grain === "month" ? DATE.slice(0, 7) : DATE;
}

interface Bar {
  readonly start: string;
  readonly price_currency: string | null;
  readonly close: number | null;
  readonly auction_volume: number;
}

interface See {
  readonly open: (path: string, options?: Parameters<typeof visit>[1]) => Promise<Visit>;
  readonly isins: (venue: string) => Promise<string[]>;
  readonly bars: (venue: string, isin: string) => Promise<readonly Bar[]>;
}

function browse(name: string, work: (see: See) => Promise<void>): void {
  Deno.test({
    name,
    ignore: !canBrowse,
    fn: async () => {
      const ask = <T>(path: string) => answered<T>(served!, path);
      await work({
        open: (path, options) => visit(`${served!.url}/${path}`, options),
        isins: async (venue) =>
          (await ask<{ instruments: { isin: string }[] }>(`/api/instruments?venue=${venue}`)).instruments
            .map(({ isin }) => isin),
        bars: async (venue, isin) =>
          (await ask<{ rows: Bar[] }>(`/api/bars?venue=${venue}&isin=${isin}&interval=1m&to=${DATE}`)).rows,
      });
    },
  });
}

/** What the legend says of the place in the chart where the cursor is, by label. */
async function legend(page: Page): Promise<Record<string, string>> {
  const rows = await page.locator(".u-legend .u-series").all();
  const of = async (row: typeof rows[number]) => [
    await row.locator(".u-label").innerText(),
    await row.locator(".u-value").innerText(),
  ];
  return Object.fromEntries(await Promise.all(rows.map(of)));
}

browse("two venues are compared: the closes of the other are drawn, at the same minutes", async (see) => {
  const [isin] = await see.isins("DETR");
  await using seen = await see.open(`#/charts?venue=DETR&isin=${isin}&stretch=day`);
  await seen.page.getByLabel("Compare with").selectOption(TWIN);
  await seen.page.getByText(`close on ${TWIN}`).first().waitFor();
  const closes = new Map(
    (await see.bars(TWIN, isin)).map(({ start, close }) => [start.slice(11, 16), close]),
  );
  const chart = (await seen.page.locator(".chart .u-over").first().boundingBox())!;
  let compared = 0;
  for (let place = 0; place <= PLACES; place++) {
    await seen.page.mouse.move(chart.x + chart.width * place / PLACES, chart.y + chart.height / 2);
    const { Frankfurt: time, [`close on ${TWIN}`]: close } = await legend(seen.page);
    if (!/\d/.test(close)) continue;
    const [hour, minute] = time.slice(-5).split(":");
    const utc = `${String(Number(hour) - 2).padStart(2, "0")}:${minute}`;
    assert.equal(Number(close.replaceAll(",", "")), closes.get(utc), `${time} ${close}`);
    compared++;
  }
  assert.ok(compared > 0);
  assert.deepEqual([await violations(seen.page), seen.complaints], [[], []]);
});

browse(
  "bars with trades of an auction are marked on the chart of a day, in the colour of marks",
  async (see) => {
    const isin = await inAuction(see);
    await using seen = await see.open(`#/charts?venue=DETR&isin=${isin}&stretch=day`);
    const explained = "A line below a candle: some of it was traded in an auction.";
    await seen.page.getByText(explained).waitFor();
    await seen.page.waitForFunction(hasMarks);
    await using year = await see.open(`#/charts?venue=DETR&isin=${isin}&stretch=year`);
    await year.page.getByText("A square is the official close.").waitFor();
    assert.equal(await year.page.getByText(explained).count(), 0);
  },
);

/** The busiest instrument that was traded in the auction. */
async function inAuction({ isins, bars }: See): Promise<string> {
  for (const isin of await isins("DETR")) {
    if ((await bars("DETR", isin)).some(({ auction_volume }) => auction_volume > 0)) return isin;
  }
  throw new Error("the store has no auction");
}

/** Whether some pixel of the chart has the colour of marks; it runs in the browser. */
function hasMarks(): boolean {
  const { document, getComputedStyle } = globalThis as unknown as Browser;
  const canvas = document.querySelector(".chart canvas");
  const mark = getComputedStyle(canvas).getPropertyValue("--mark").trim();
  const [red, green, blue] = [1, 3, 5].map((at) => parseInt(mark.slice(at, at + 2), 16));
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  for (let at = 0; at < data.length; at += 4) {
    if (data[at] === red && data[at + 1] === green && data[at + 2] === blue) return true;
  }
  return false;
}

/** What is used of the browser's own, whose types this program does not have. */
interface Browser {
  readonly document: { querySelector(selector: string): Canvas };
  readonly getComputedStyle: (element: unknown) => { getPropertyValue(name: string): string };
}

interface Canvas {
  readonly width: number;
  readonly height: number;
  getContext(kind: "2d"): {
    getImageData(x: number, y: number, width: number, height: number): { readonly data: Uint8ClampedArray };
  };
}

browse("on Eurex the contract to draw is chosen, and kept in the address", async (see) => {
  await using seen = await see.open("#/charts?venue=DEUR&stretch=day");
  const choice = seen.page.getByLabel("Drawn");
  await choice.waitFor();
  const names = await choice.locator("option").evaluateAll((options) =>
    options.map((option) => (option as unknown as { value: string }).value)
  );
  assert.ok(names.length > 1);
  const heading = (page: Page, name: string) =>
    page.getByRole("heading", { name: new RegExp(`on DEUR, bars of 1m in ${name}$`) });
  await heading(seen.page, names[0]).waitFor();
  await choice.selectOption(names[1]);
  await heading(seen.page, names[1]).waitFor();
  await using again = await see.open(new URL(seen.page.url()).hash);
  await heading(again.page, names[1]).waitFor();
  assert.deepEqual([await violations(again.page), again.complaints], [[], []]);
});

browse(
  "on a phone the whole table of a venue's days can be read, without scrolling sideways",
  async (see) => {
    await using seen = await see.open("#/now", { viewport: { width: 360, height: 740 } });
    await seen.page.locator(".card table").first().waitFor();
    const cards = await seen.page.locator(".card", { has: seen.page.locator("table") }).all();
    assert.equal(cards.length, VENUES.length);
    for (const card of cards) {
      const [{ x, width }, last] = [
        (await card.boundingBox())!,
        (await card.locator("tbody tr").first().locator("td").last().boundingBox())!,
      ];
      assert.ok(last.x + last.width <= x + width, `${last.x + last.width} of ${x + width}`);
    }
  },
);
