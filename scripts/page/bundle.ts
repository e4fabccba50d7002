import $ from "@david/dax";
import chartStyle from "uplot/dist/uPlot.min.css" with { type: "text" };
import { ROOT } from "../release/product.ts";
import { temporaryFolder } from "../temporary_folder.ts";

/** Where the page's sources lie, and the files made from them. */
const PAGE = ROOT.join("src/serve/page");

/** A file that is made. */
export interface MadeFile {
  readonly path: string;
  readonly text: string;
}

/** The script and the style of the page, each with the packages that it needs. The same sources give the same bytes. */
export async function makePage(): Promise<MadeFile[]> {
  using folder = temporaryFolder();
  const script = $.path(folder.path).join("bundle.js");
  const options = ["--platform", "browser", "--minify", "--output", script];
  await $`${Deno.execPath()} bundle --quiet ${options} ${PAGE.join("main.ts")}`.cwd(ROOT);
  const style = PAGE.join("style.css").readTextSync();
  return [
    { path: `${PAGE.join("bundle.js")}`, text: script.readTextSync() },
    { path: `${PAGE.join("bundle.css")}`, text: `${chartStyle.trimEnd()}\n${style}` },
  ];
}
