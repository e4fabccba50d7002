/** Serves days at the port that is its first argument until it is killed: `Served`, its second, as JSON. */
import { startReplica } from "../../../scripts/replica/server.ts";
import { closing } from "../../e2e/daemon_program.ts";
import type { Served } from "./machine.ts";

const [port, json] = Deno.args;
const { over, open = [] }: Served = JSON.parse(json);
await startReplica({ days: [...over, ...open], files: closing(...over), port: Number(port) });
console.error("serving");
