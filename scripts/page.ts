/** `deno task page`: makes the script and the style of the page that `serve` shows from their sources. */
import { makePage } from "./page/bundle.ts";

for (const { path, text } of await makePage()) Deno.writeTextFileSync(path, text);
