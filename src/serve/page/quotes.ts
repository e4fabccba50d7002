import { useEffect, useRef } from "preact/hooks";
import type { VNode } from "preact";
import uPlot from "uplot";
import { questionOf, useAnswer } from "./ask.ts";
import { axes, coloursOf, CURSOR, inFrankfurt, timeSeries } from "./chart_style.ts";
import { html } from "./html.ts";
import { Rows, type RowsAnswer } from "./rows.ts";

const HEIGHT = 220;

/** Bid and ask of an instrument at each minute of a day, where quotes are stored; nothing elsewhere. */
export function Quotes(
  { venue, isin, date }: { readonly venue: string; readonly isin: string; readonly date: string },
): VNode | null {
  const address = questionOf("quotes", { venue, isin, date });
  const { answer } = useAnswer<RowsAnswer>(address);
  if (answer === null || answer.rows.length === 0) return null;
  return html`
    <h3>Quotes</h3>
    <${Lines} rows=${answer.rows} />
    <${Rows} title="These quotes" address=${address} answer=${answer} />
  `;
}

/** Of one currency: the first. */
function Lines({ rows }: Pick<RowsAnswer, "rows">): VNode {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = place.current!;
    const { text, grid, up, down } = coloursOf(element);
    const ofOne = rows.filter((row) => row.price_currency === rows[0].price_currency);
    const of = (name: string) => ofOne.map((row) => row[name] as number | null);
    const times = ofOne.map(({ time }) => Date.parse(String(time)) / 1000);
    const plot = new uPlot(
      {
        width: element.clientWidth,
        height: HEIGHT,
        cursor: CURSOR,
        tzDate: inFrankfurt,
        axes: axes({ text, grid }),
        series: [
          timeSeries(),
          { label: "bid", stroke: up, points: { show: false } },
          { label: "ask", stroke: down, points: { show: false } },
          { label: "spread", scale: "spread", paths: () => null, points: { show: false } },
        ],
      },
      [times, of("bid"), of("ask"), of("spread")],
      element,
    );
    const resized = new ResizeObserver(() => plot.setSize({ width: element.clientWidth, height: HEIGHT }));
    resized.observe(element);
    return () => {
      resized.disconnect();
      plot.destroy();
    };
  }, [rows]);
  return html`
    <div class="chart quotes" ref=${place} role="img"
      aria-label="Bid and ask; the same figures are in the table below"></div>
  `;
}
