/** Serves a day, which is its second argument as JSON, at the port that is its first, until it is killed. */
import { startReplica } from "../../scripts/replica/server.ts";

const [port, day] = Deno.args;
await startReplica({ days: [JSON.parse(day)], port: Number(port) });
console.error("serving");
