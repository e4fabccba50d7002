/**
 * Serves a replica with the options of its first argument, with the time from the file named by its second, in
 * milliseconds.
 */
import { type ReplicaOptions, startReplica } from "../../scripts/replica/server.ts";

const [options, clock] = Deno.args;
const now = () => Number(Deno.readTextFileSync(clock));
const replica = await startReplica({ ...JSON.parse(options) as ReplicaOptions, live: true, now });
console.log(replica.apiUrl);
