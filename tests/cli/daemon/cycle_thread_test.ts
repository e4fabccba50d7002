import assert from "node:assert/strict";
import { checkoutOf } from "../../e2e/checkout.ts";
import { startProgram } from "../../e2e/harness.ts";

Deno.test("when a thread exits before its work is done, the daemon learns its exit code and does not wait forever", async () => {
  using checkout = checkoutOf("main.ts");
  const main = checkout.of("main.ts");
  const threadsMain = Deno.readTextFileSync(main);
  Deno.writeTextFileSync(checkout.of("threads_main.ts"), threadsMain);
  Deno.writeTextFileSync(
    main,
    `import { doInThread, jobOfThread } from "./src/cli/daemon/cycle_thread.ts";
     import { systemClock } from "./src/system/system_clock.ts";
     if (jobOfThread() !== null) await import("./threads_main.ts");
     const work = { stop: new AbortController().signal, progress: () => {} };
     const args = ["fetch-trades", "DETR", "--daemon", "--interval", "never"];
     await doInThread("cycle", work, systemClock, args).catch((error) => console.log(String(error)));`,
  );
  await using program = startProgram([], { main });
  const { stdout, stderr } = await program.ended;
  assert.equal(stdout, "Error: the cycle's thread ended with exit code 64 before its work\n", stderr);
  assert.match(stderr, /error: option '--interval <time>' argument 'never' is invalid/);
});
