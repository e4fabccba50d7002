import $ from "@david/dax";
import { temporaryFolder } from "../temporary_folder.ts";

/** A way from a release to stored trades. */
export interface Way {
  readonly title: string;
  /** What is downloaded. */
  readonly file: string;
  /** The command under which the commands run; empty: as they are. */
  readonly under: readonly string[];
  readonly install: string;
  readonly fetch: string;
}

/** A command, and how long it took. */
export interface Step {
  readonly command: string;
  readonly millis: number;
}

/** Called after each command with how long it took, in milliseconds. */
const TIMED = `for command in "$@"; do
  start=$(date +%s%N)
  sh -ec "$command" >&2
  echo $((($(date +%s%N) - start) / 1000000))
done`;

/** What a way needs: where releases are downloaded from, and a replica of the exchange with this many trades. */
export interface Surroundings {
  readonly origin: string;
  readonly apiUrl: string;
  readonly trades: number;
}

/**
 * Takes a way in an empty folder that is its user's home as well. Throws when a command fails, and when the last one does
 * not say that it has stored all trades.
 */
export async function takenBy(way: Way, { origin, apiUrl, trades }: Surroundings): Promise<Step[]> {
  const commands = [
    `curl -fsSLO ${origin}/${way.file}`,
    `curl -fsSLO ${origin}/SHA256SUMS`,
    "sha256sum --check --ignore-missing SHA256SUMS",
    way.install,
    way.fetch,
  ];
  using home = temporaryFolder();
  const env = { HOME: home.path, XETRA_PARQED_API_URL: apiUrl, DEBIAN_FRONTEND: "noninteractive" };
  const script = `cd ${home.path}\n${TIMED}`;
  const run = await $`${way.under} sh -ec ${script} sh ${commands}`.env(env).cwd(home.path).stdout("piped")
    .stderr("piped").noThrow();
  if (run.code !== 0) throw new Error(`${way.title}: ${run.stderr}`);
  if (!run.stderr.includes(` ${trades.toLocaleString("en-US")} trades added`)) throw new Error(run.stderr);
  const millis = run.stdout.trim().split("\n").map(Number);
  return commands.map((command, i) => ({ command: command.replaceAll(origin, "…"), millis: millis[i] }));
}
