/** Whether every round of a fault is to be run (`deno task test:faults`) or a sample of them (`deno task test`). */
export const everyRound = Deno.env.get("XETRA_PARQED_FAULTS") === "all";
