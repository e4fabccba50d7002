import { cpus, totalmem } from "node:os";
import { version } from "@duckdb/node-api";

/** A line that says what the figures were measured on. */
export function machine(): string {
  const [{ model }] = cpus();
  return [
    `${navigator.hardwareConcurrency} cores (${model.trim()})`,
    `${Math.round(totalmem() / 2 ** 30)} GiB`,
    `${Deno.build.os} ${Deno.build.arch}`,
    `Deno ${Deno.version.deno}`,
    `DuckDB ${version()}`,
  ].join(", ");
}
