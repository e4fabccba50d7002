import { render, type VNode } from "preact";
import { useEffect, useState } from "preact/hooks";
import { useAnswer, useEvents } from "./ask.ts";
import { Charts } from "./charts.ts";
import { Coverage } from "./coverage.ts";
import { Day } from "./day.ts";
import { html } from "./html.ts";
import { Now } from "./now.ts";
import { addressOf, type Place, placeOf } from "./place.ts";

const VIEWS = { now: "Now", coverage: "Coverage", charts: "Charts" } as const;

function Page(): VNode {
  const place = usePlace();
  const { cycles, isConnected } = useEvents();
  const { answer, failure } = useAnswer<{ shown: readonly string[] }>("/api/status", cycles);
  return html`
    <header><a class="name" href=${addressOf("now")}>xetra-parqed</a>
      <nav aria-label="Views">${Object.entries(VIEWS).map(([view, title]) =>
        html`
          <a href=${addressOf(view)} aria-current=${view === place.view ? "page" : undefined}>${title}</a>
        `
      )}</nav>
      <span role="status">${!isConnected && "No connection: what is shown may be old"}</span></header>
    <main>${answer === null
      ? html`<p>${failure ?? "Asking …"}</p>`
      : viewOf(place, answer.shown, cycles)}</main>
  `;
}

function viewOf({ view, choices }: Place, venues: readonly string[], cycles: number): VNode {
  if (venues.length === 0) return Nothing();
  switch (view) {
    case "coverage":
      return html`<${Coverage} venues=${venues} year=${
        /^\d{4}$/.test(choices.year ?? "") ? choices.year : String(new Date().getFullYear())
      } cycles=${cycles} />`;
    case "day":
      return html`<${Day} venue=${choices.venue ?? venues[0]} date=${choices.date ?? ""} cycles=${cycles} />`;
    case "charts":
      return html`<${Charts} venues=${venues} choices=${choices} cycles=${cycles} />`;
    default:
      return html`<${Now} cycles=${cycles} />`;
  }
}

function Nothing(): VNode {
  return html`
    <h1>Nothing is stored here yet</h1>
    <p>The page shows it as soon as something is. This fetches what the exchange has of Xetra:</p>
    <pre tabindex="0" aria-label="Command"><code>xetra-parqed fetch-trades DETR</code></pre>
  `;
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
