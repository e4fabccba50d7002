/** Prints which loops encode columns; to be run where there is no WebAssembly. */
import { fastestLoops, IN_TYPESCRIPT } from "../../../src/store/parquet/fastest_loops.ts";

console.log(fastestLoops() === IN_TYPESCRIPT ? "in TypeScript" : "in WebAssembly");
