/**
 * Carries out command lines of the program one after another in this process. Each comes as a line of stdin: in JSON, the
 * folder to run in and the arguments. After each, both outputs get a line of NUL and the exit code.
 */
import process from "node:process";
import { createInterface } from "node:readline";
import { main } from "../../src/cli/main.ts";

for await (const line of createInterface({ input: process.stdin })) {
  const { cwd, args } = JSON.parse(line);
  Deno.chdir(cwd);
  const code = await main(args);
  // commander writes by node's streams, which may still hold what it wrote.
  await Promise.all(
    [process.stdout, process.stderr].map((stream) =>
      new Promise<void>((resolve) => stream.write(`\0${code}\n`, () => resolve()))
    ),
  );
}
