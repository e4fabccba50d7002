/** `publish.ts DIR [DATE]`: publishes what waits in the spool of a working directory. */
import { DATE } from "../raw_day.ts";
import { measure } from "./measured.ts";
import { publishSpooled } from "./publish_spooled.ts";

const [directory, date = DATE] = Deno.args;

await measure(() => publishSpooled(directory, date));
