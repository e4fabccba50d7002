import { dirname } from "node:path";
import type { Replica } from "../../scripts/replica/server.ts";
import { LAUNCHER } from "../dist/unit.ts";
import { type Program, startCommand } from "./harness.ts";

/** Runs lines of a shell as a user would: `xetra-parqed` is there, in a folder, with a replica for the exchange. */
export function shell(script: string, cwd: string, { apiUrl }: Pick<Replica, "apiUrl">): Program {
  const PATH = `${dirname(LAUNCHER)}:${dirname(Deno.execPath())}:${Deno.env.get("PATH")}`;
  return startCommand(["sh", "-euc", script], { cwd, env: { PATH, XETRA_PARQED_API_URL: apiUrl } });
}
