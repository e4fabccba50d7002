/** `deno task pictures`: pictures of the page's views for a person to look at, and the one of the docs. Needs Chromium. */
import $ from "@david/dax";
import { ROOT } from "./release/product.ts";

const PICTURES = ROOT.join("dist/bin/pictures");

await $`${Deno.execPath()} test -A --no-check tests/browser`.cwd(ROOT).env({
  XETRA_PARQED_PICTURES: `${PICTURES}`,
});
PICTURES.join("charts-light.png").copyFileSync(ROOT.join("dist/doc/page.png"));
