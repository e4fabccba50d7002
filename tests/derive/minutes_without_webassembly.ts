/** Prints what makes bars of a minute; to be run where there is no WebAssembly. */
import { fastestMinutes } from "../../src/derive/fastest_minutes.ts";
import { MinuteBatches } from "../../src/derive/minute_bars.ts";

console.log(fastestMinutes(true) instanceof MinuteBatches ? "in TypeScript" : "in WebAssembly");
