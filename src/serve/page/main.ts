import { render, type VNode } from "preact";
import { useEffect, useState } from "preact/hooks";
import { useAnswer, useCycles } from "./ask.ts";
import { Charts } from "./charts.ts";
import { Coverage } from "./coverage.ts";
import { Day } from "./day.ts";
import { html } from "./html.ts";
import { Now } from "./now.ts";
import { addressOf, type Place, placeOf } from "./place.ts";

const VIEWS = { now: "Now", coverage: "Coverage", charts: "Charts" } as const;

function Page(): VNode {
  const place = usePlace();
  const cycles = useCycles();
  const { answer } = useAnswer<{ shown: readonly string[] }>("/api/status", cycles);
  return html`
    <header><a class="name" href=${addressOf("now")}>xetra-parqed</a>
      <nav aria-label="Views">${Object.entries(VIEWS).map(([view, title]) =>
        html`
          <a href=${addressOf(view)} aria-current=${view === place.view ? "page" : undefined}>${title}</a>
        `
      )}</nav></header>
    <main>${answer === null ? html`<p>Asking …</p>` : viewOf(place, answer.shown, cycles)}</main>
  `;
}

function viewOf({ view, choices }: Place, venues: readonly string[], cycles: number): VNode {
  switch (view) {
    case "coverage":
      return html`<${Coverage} venues=${venues} year=${
        choices.year ?? String(new Date().getFullYear())
      } cycles=${cycles} />`;
    case "day":
      return html`<${Day} ...${choices} cycles=${cycles} />`;
    case "charts":
      return html`<${Charts} venues=${venues} choices=${choices} cycles=${cycles} />`;
    default:
      return html`<${Now} cycles=${cycles} />`;
  }
}

function usePlace(): Place {
  const [hash, setHash] = useState(location.hash);
  useEffect(() => {
    const changed = () => setHash(location.hash);
    addEventListener("hashchange", changed);
    return () => removeEventListener("hashchange", changed);
  }, []);
  return placeOf(hash);
}

render(html`<${Page} />`, document.getElementById("page")!);
