import { useEffect, useRef } from "preact/hooks";
import type { VNode } from "preact";
import uPlot from "uplot";
import { axes, type Colours, coloursOf, CURSOR, inFrankfurt, timeSeries } from "./chart_style.ts";
import { html } from "./html.ts";

/** A bar as it is drawn; `time` is the start of it in seconds since 1970. */
export interface Candle {
  readonly time: number;
  readonly open: number | null;
  readonly high: number | null;
  readonly low: number | null;
  readonly close: number | null;
  readonly volume: number | null;
  /** Whether some of it was traded in an auction. */
  readonly isAuction: boolean;
  /** The official close of a day. */
  readonly official: number | null;
}

/** The closes of the same times at another venue. */
export interface Compared {
  readonly venue: string;
  readonly closes: readonly (number | null)[];
}

const PRICES = 320;
const VOLUMES = 110;
/** Pixels between two ticks of volume: the library's 30 leave only the zero in so low a chart. */
const VOLUME_SPACE = 14;

/** Candles above, volumes below, with one cursor. `onPick` hears which candle was clicked. */
export function Candles({ candles, compared, isOfDays, onPick }: {
  readonly candles: readonly Candle[];
  readonly compared: Compared | null;
  readonly isOfDays: boolean;
  readonly onPick: (candle: Candle) => void;
}): VNode {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = place.current!;
    const colours = coloursOf(element);
    const times = candles.map(({ time }) => time);
    const of = (name: "open" | "high" | "low" | "close" | "volume" | "official") =>
      candles.map((candle) => candle[name]);
    const prices = new uPlot(pricesOf(element, candles, colours, compared, isOfDays), [
      times,
      of("open"),
      of("high"),
      of("low"),
      of("close"),
      of("volume"),
      ...(hasOfficial(candles) ? [of("official")] : []),
      ...(compared === null ? [] : [[...compared.closes]]),
    ], element);
    const volumes = new uPlot(
      volumesOf(element, candles.length, colours, isOfDays),
      [times, of("volume")],
      element,
    );
    const pick = () => {
      const { idx } = prices.cursor;
      if (idx !== null && idx !== undefined) onPick(candles[idx]);
    };
    prices.over.addEventListener("click", pick);
    const resized = new ResizeObserver(() => {
      prices.setSize({ width: element.clientWidth, height: PRICES });
      volumes.setSize({ width: element.clientWidth, height: VOLUMES });
    });
    resized.observe(element);
    return () => {
      resized.disconnect();
      prices.destroy();
      volumes.destroy();
    };
  }, [candles, compared, isOfDays]);
  const marks = [
    hasOfficial(candles) ? "A square is the official close." : "",
    candles.some(({ isAuction }) => isAuction)
      ? "A line below a candle: some of it was traded in an auction."
      : "",
  ].join(" ").trim();
  return html`
    <div class="chart" ref=${place} role="img"
      aria-label="Candles and volumes; the same figures are in the table below"></div>
    ${marks !== "" && html`<p class="marks">${marks}</p>`}
  `;
}

function pricesOf(
  element: HTMLElement,
  candles: readonly Candle[],
  colours: Colours,
  compared: Compared | null,
  isOfDays: boolean,
): uPlot.Options {
  const hidden = { paths: () => null, points: { show: false } };
  return {
    width: element.clientWidth,
    height: PRICES,
    cursor: CURSOR,
    tzDate: inFrankfurt,
    axes: axes(colours, isOfDays),
    scales: { x: { range: withRoom(candles.length, isOfDays) } },
    series: [
      timeSeries(isOfDays),
      { label: "open", ...hidden },
      { label: "high", ...hidden },
      { label: "low", ...hidden },
      { label: "close", ...hidden },
      { label: "volume", scale: "volume", ...hidden },
      ...(hasOfficial(candles) ? [officialSeries(colours)] : []),
      ...(compared === null
        ? []
        : [{ label: `close on ${compared.venue}`, stroke: colours.mark, spanGaps: true }]),
    ],
    hooks: {
      draw: [
        (plot) =>
          candles.forEach((candle) => drawCandle(plot, candle, widthOf(plot, candles.length), colours)),
      ],
    },
  };
}

function hasOfficial(candles: readonly Candle[]): boolean {
  return candles.some(({ official }) => official !== null);
}

function officialSeries({ mark }: Colours): uPlot.Series {
  return {
    label: "official close",
    stroke: mark,
    paths: () => null,
    points: { show: true, size: 5, fill: mark },
  };
}

function volumesOf(
  element: HTMLElement,
  bars: number,
  colours: Colours,
  isOfDays: boolean,
): uPlot.Options {
  const [times, values] = axes(colours, isOfDays);
  return {
    width: element.clientWidth,
    height: VOLUMES,
    cursor: CURSOR,
    tzDate: inFrankfurt,
    legend: { show: false },
    axes: [times, { ...values, space: VOLUME_SPACE }],
    scales: { x: { range: withRoom(bars, isOfDays) }, y: { range: (_, __, highest) => [0, highest || 1] } },
    series: [{}, {
      label: "volume",
      fill: colours.quiet,
      width: 0,
      paths: uPlot.paths.bars!({ size: [0.7, 12] }),
      points: { show: false },
    }],
  };
}

/** Seconds of room at both ends, at least; with that of days the first of them is named, too. */
const LEAST_ROOM = { days: 43_200, minutes: 60 };

/** Half a bar's room at both ends: the first and the last are drawn whole. */
function withRoom(bars: number, isOfDays: boolean): uPlot.Range.Function {
  return (_, first, last) => {
    const least = isOfDays ? LEAST_ROOM.days : LEAST_ROOM.minutes;
    const room = Math.max(least, (last - first) / Math.max(20, bars) * 0.6);
    return [first - room, last + room];
  };
}

/** Device pixels of a candle. */
function widthOf(plot: uPlot, candles: number): number {
  return Math.max(1, Math.min(12 * uPlot.pxRatio, plot.bbox.width / Math.max(1, candles) * 0.7));
}

function drawCandle(plot: uPlot, candle: Candle, width: number, colours: Colours): void {
  const { time, open, high, low, close, isAuction } = candle;
  if (open === null || high === null || low === null || close === null) return;
  const x = plot.valToPos(time, "x", true);
  const [yOpen, yHigh, yLow, yClose] = [open, high, low, close].map((price) =>
    plot.valToPos(price, "y", true)
  );
  const { ctx } = plot;
  ctx.save();
  ctx.fillStyle = close < open ? colours.down : colours.up;
  ctx.fillRect(Math.round(x), yHigh, Math.max(1, uPlot.pxRatio), Math.max(1, yLow - yHigh));
  ctx.fillRect(x - width / 2, Math.min(yOpen, yClose), width, Math.max(1, Math.abs(yClose - yOpen)));
  if (isAuction) {
    ctx.fillStyle = colours.mark;
    ctx.fillRect(x - width / 2, yLow + 4 * uPlot.pxRatio, width, 2 * uPlot.pxRatio);
  }
  ctx.restore();
}
