/** `deno task dictionary`: writes the columns of a stored trade into dist/doc/data.md, as the program knows them. */
import { PAGE, withDictionary } from "./dictionary/page.ts";

Deno.writeTextFileSync(PAGE, withDictionary(Deno.readTextFileSync(PAGE)));
