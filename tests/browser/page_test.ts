import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { startReplica } from "../../scripts/replica/server.ts";
import { publishQuotes, type QuoteInput } from "../derive/quotes/quote_stores.ts";
import { DAY, idleDaemon } from "../e2e/daemon_program.ts";
import { duckdb, temporaryDirectory } from "../e2e/harness.ts";
import { answered, DATES, fillStore, startServing } from "../e2e/page_program.ts";
import { canBrowse, violations, type Visit, visit } from "./chromium.ts";

const [, DATE] = DATES;
const PHONE = { viewport: { width: 360, height: 740 } };
/** The views, each with a text that it has once it has come. */
const VIEWS: Readonly<Record<string, [address: string, comes: string | RegExp]>> = {
  now: ["#/now", "last cycle"],
  coverage: ["#/coverage?year=2026", /^2 incomplete/],
  day: [`#/day?venue=DETR&date=${DATE}`, "17:00"],
  charts: ["#/charts?venue=DETR&stretch=day", /^These bars/],
};

const store = temporaryDirectory();
addEventListener("unload", () => store[Symbol.dispose]());
// enough for charts that have something to show
if (canBrowse) await fillStore(store.path, 30_000);
const served = canBrowse ? await startServing(store.path) : null;
Deno.test.afterAll(async () => await served?.[Symbol.asyncDispose]());

/** For a person to look at. */
const pictures = Deno.env.get("XETRA_PARQED_PICTURES") ??
  `${Deno.env.get("TMPDIR") ?? "/tmp"}/xetra-parqed-pictures`;

function browse(name: string, work: (see: See) => Promise<void>): void {
  Deno.test({
    name,
    ignore: !canBrowse,
    fn: () =>
      work({
        open: (path, options) => visit(`${served!.url}/${path}`, options),
        ask: (path) => answered(served!, path),
      }),
  });
}

interface See {
  readonly open: (path: string, options?: Parameters<typeof visit>[1]) => Promise<Visit>;
  readonly ask: <T>(path: string) => Promise<T>;
}

async function comes({ page }: Visit, text: string | RegExp): Promise<void> {
  await page.getByText(text, { exact: true }).first().waitFor();
}

for (const [name, [address, text]] of Object.entries(VIEWS)) {
  for (const colorScheme of ["light", "dark"] as const) {
    browse(
      `${name} in ${colorScheme}: it comes, complains of nothing, asks no other host, and axe finds nothing`,
      async ({ open }) => {
        await using seen = await open(address, { colorScheme });
        await comes(seen, text);
        await seen.page.waitForTimeout(200); // for the picture: charts are drawn in the next frame
        Deno.mkdirSync(pictures, { recursive: true });
        await seen.page.screenshot({ path: `${pictures}/${name}-${colorScheme}.png` });
        assert.deepEqual(await violations(seen.page), []);
        assert.deepEqual(seen.complaints, []);
      },
    );
  }

  browse(
    `${name} on a phone, 360 pixels wide: nothing sticks out, and axe finds nothing`,
    async ({ open }) => {
      await using seen = await open(address, PHONE);
      await comes(seen, text);
      assert.ok(await seen.page.evaluate("document.documentElement.scrollWidth") as number <= 360);
      assert.deepEqual(await violations(seen.page), []);
      await seen.page.screenshot({ path: `${pictures}/${name}-phone.png`, fullPage: true });
    },
  );
}

browse("dark mode is dark, and light mode is light", async ({ open }) => {
  for (const [colorScheme, isDark] of [["light", false], ["dark", true]] as const) {
    await using seen = await open("#/now", { colorScheme });
    const colour = await seen.page.evaluate("getComputedStyle(document.body).backgroundColor") as string;
    const [red] = colour.match(/\d+/g)!.map(Number);
    assert.equal(red < 128, isDark, colour);
  }
});

browse("the table of bars, and that of a minute's trades, have DuckDB's numbers", async ({ open, ask }) => {
  const { instruments } = await ask<{ instruments: { isin: string }[] }>("/api/instruments?venue=DETR");
  const { isin } = instruments[0];
  await using seen = await open(`#/charts?venue=DETR&isin=${isin}&stretch=day`);
  await seen.page.getByText(/^These bars/).click();
  const cells = (column: string) => columnOf(seen.page, column);
  using db = await duckdb();
  const rows = await db.rows(
    `SELECT close, volume FROM '${store.path}/data/de/xetra/bars_1m/venue=DETR/*/*/day=01/*.parquet'
     WHERE isin = '${isin}' ORDER BY start`,
  );
  assert.deepEqual(await cells("close"), rows.map(({ close }) => close === null ? "" : String(close)));
  assert.deepEqual(await cells("volume"), rows.map(({ volume }) => String(volume)));
});

/** The texts of a column of the first table that has it. */
async function columnOf(page: Page, name: string): Promise<string[]> {
  const table = page.locator("details table", {
    has: page.locator("th", { hasText: new RegExp(`^${name}$`) }),
  })
    .first();
  const headings = await table.locator("thead th").allTextContents();
  const rows = await table.locator("tbody tr").all();
  const at = headings.indexOf(name);
  return await Promise.all(rows.map((row) => row.locator("td, th").nth(at).innerText()));
}

browse(
  "quotes are drawn below the bars of a day where they are stored, and nothing where they are not",
  async ({ open, ask }) => {
    const { instruments } = await ask<{ instruments: { isin: string }[] }>("/api/instruments?venue=DETR");
    const [{ isin }, { isin: other }] = instruments;
    const row = { isin, time: `${DATE}T08:00:00Z`, price_currency: "EUR", bid: 10, ask: 10.5 } as QuoteInput;
    await publishQuotes(store.path, "DETR", [{ hour: `${DATE}T08`, row }]);
    await using seen = await open(`#/charts?venue=DETR&isin=${isin}&stretch=day`);
    await seen.page.getByRole("heading", { name: "Quotes" }).waitFor();
    await seen.page.getByText(/^These quotes/).click();
    assert.deepEqual([...new Set(await columnOf(seen.page, "spread"))], ["0.5"]);
    assert.deepEqual(await violations(seen.page), []);
    await using without = await open(`#/charts?venue=DETR&isin=${other}&stretch=day`);
    await without.page.getByText(/^These bars/).waitFor();
    assert.equal(await without.page.getByRole("heading", { name: "Quotes" }).count(), 0);
  },
);

browse(
  "a part of an ISIN leads to the instruments that have it, and a bookmark to the same place",
  async ({ open, ask }) => {
    const { instruments } = await ask<{ instruments: { isin: string }[] }>("/api/instruments?venue=DFRA");
    const { isin } = instruments[1];
    await using seen = await open("#/charts?venue=DFRA");
    const field = seen.page.getByLabel("ISIN, or part of one");
    await field.fill(isin.slice(2, 10));
    // what is typed stays when the page is drawn anew
    await seen.page.evaluate("location.hash += '&stretch=week'");
    await seen.page.locator("a[aria-current]", { hasText: "week" }).waitFor();
    assert.equal(await field.inputValue(), isin.slice(2, 10));
    await seen.page.keyboard.press("Enter");
    await seen.page.getByRole("heading", { name: `${isin} on DFRA` }).waitFor();
    await using again = await open(new URL(seen.page.url()).hash);
    await again.page.getByRole("heading", { name: `${isin} on DFRA` }).waitFor();
  },
);

browse(
  "a bookmark with a time, a day or a year that is none says so, or takes the newest; and a venue without the instrument is named",
  async ({ open }) => {
    const texts = {
      "charts?venue=DETR&stretch=day&minute=x": /^from must be a time/,
      "charts?venue=DETR&stretch=day&to=x": /^These bars/,
      "charts?venue=DETR&stretch=day&with=DFRA": "DFRA has no bars of it at these times.",
      "coverage?year=x": DATE.startsWith(`${new Date().getFullYear()}-`)
        ? /^2 incomplete/
        : "Nothing is stored of this year.",
    };
    for (const [address, text] of Object.entries(texts)) {
      await using seen = await open(`#/${address}`);
      await comes(seen, text);
      assert.ok(await seen.page.getByRole("heading", { level: 1 }).isVisible(), address);
    }
  },
);

browse("the keyboard alone leads from the first view to a day", async ({ open }) => {
  await using seen = await open("#/coverage?year=2026");
  await comes(seen, /^2 incomplete/);
  await seen.page.getByRole("link", { name: `${DATE}: incomplete` }).first().focus();
  await seen.page.keyboard.press("Enter");
  await seen.page.getByRole("heading", { name: `DETR on ${DATE}` }).waitFor();
});

Deno.test({
  name: "when a daemon's cycle ends, what is shown is asked for anew, without a reload",
  ignore: !canBrowse,
  fn: async () => {
    using dir = temporaryDirectory();
    await using replica = await startReplica({ days: [DAY] });
    await using served = await startServing(dir.path, DAY.venue);
    await using seen = await visit(`${served.url}/#/now`);
    await comes(seen, "not running");
    await seen.page.evaluate("window.isTheSame = true");
    await using daemon = await idleDaemon(replica, dir.path);
    await comes(seen, `running (PID ${daemon.child.pid})`);
    await comes(seen, "last cycle");
    assert.equal(await seen.page.evaluate("window.isTheSame"), true);
  },
});
