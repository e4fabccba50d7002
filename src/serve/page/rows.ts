import type { VNode } from "preact";
import { counted, numberText } from "./format.ts";
import { html } from "./html.ts";

/** Rows, and how they are had elsewhere. */
export interface RowsAnswer {
  readonly rows: readonly Readonly<Record<string, string | number | null>>[];
  readonly files: readonly string[];
  readonly sql: string;
}

/** More are in the CSV. */
const SHOWN = 500;

/** Rows as a table, and the ways to take them along: CSV, Parquet, SQL. */
export function Rows({ title, address, answer: { rows, files, sql }, open = false }: {
  readonly title: string;
  readonly address: string;
  readonly answer: RowsAnswer;
  readonly open?: boolean;
}): VNode {
  const columns = Object.keys(rows[0] ?? {}).filter((name) => rows.some((row) => row[name] !== null));
  return html`
    <details open=${open}>
      <summary>${title}: ${counted(rows.length, "row")}</summary>
      <p class="row"><a href="${address}&format=csv" download="${title}.csv">CSV</a>
        ${files.slice(-12).map((file) => html`<a href=${file} download>Parquet ${periodOf(file)}</a>`)}</p>
      <pre tabindex="0" aria-label="SQL that gives the same"><code>${sql}</code></pre>
      <div class="scroll" tabindex="0" role="group" aria-label=${title}>
        <table><thead><tr>${columns.map((name) => html`<th scope="col">${name}</th>`)}</tr></thead>
          <tbody>${rows.slice(0, SHOWN).map((row) =>
            html`<tr>${columns.map((name) => html`<td>${row[name]}</td>`)}</tr>`
          )}</tbody></table>
      </div>
      ${rows.length > SHOWN && html`<p>${numberText(rows.length - SHOWN)} more are in the CSV.</p>`}
    </details>
  `;
}

function periodOf(file: string): string {
  return [...file.matchAll(/(?:year|month|day|hour)=(\d+)/g)].map(([, part]) => part).join("-");
}
