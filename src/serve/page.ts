import icon from "./page/icon.svg" with { type: "text" };
import html from "./page/index.html" with { type: "text" };
import style from "./page/bundle.css" with { type: "text" };
import script from "./page/bundle.js" with { type: "text" };

/** A text of the page, and what it is. */
interface PageText {
  readonly text: string;
  readonly type: string;
}

/** The page, by the paths of its parts. The script and the style are made of the sources beside them by `deno task page`. */
export const PAGE: ReadonlyMap<string, PageText> = new Map([
  ["/", { text: html, type: "text/html; charset=utf-8" }],
  ["/icon.svg", { text: icon, type: "image/svg+xml" }],
  ["/bundle.css", { text: style, type: "text/css; charset=utf-8" }],
  ["/bundle.js", { text: script, type: "text/javascript; charset=utf-8" }],
]);
