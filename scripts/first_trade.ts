/**
 * `deno task first-trade`: what a user does from a release to the first stored trades, in commands and seconds, with
 * the portable program and, as root, with Debian's package. Both are made first and downloaded from this machine; the
 * exchange is the replica. The package is installed over this machine's files, in a mount that only this process
 * sees.
 */
import $ from "@david/dax";
import { serveFolder } from "./first_trade/serve_folder.ts";
import { takenBy, type Way } from "./first_trade/way.ts";
import { makePackages } from "./package/make.ts";
import { makePortable } from "./release/portable.ts";
import type { Target } from "./release/product.ts";
import { startReplica } from "./replica/server.ts";
import { temporaryFolder } from "./temporary_folder.ts";

const HERE = Deno.build.target as Target;
const DAY = { venue: "DETR", date: "2026-09-01", trades: 4_000, minutes: { from: 480, until: 490 } };
/** Runs a command whose changes of files vanish when it ends. */
const THROWAWAY = [
  ...["unshare", "-m", "sh", "-ec"],
  `mount -t tmpfs none /mnt; cd /mnt; mkdir upper work root
  mount -t overlay none -o lowerdir=/,upperdir=upper,workdir=work root
  mount -t proc proc root/proc; mount --rbind /dev root/dev; exec chroot root "$@"`,
  "sh",
];

using temporary = temporaryFolder();
const releases = $.path(temporary.path).join("releases");
await using replica = await startReplica({ days: [DAY] });
await using server = serveFolder(releases);
const program = (await makePortable(releases, HERE)).basename();
await tell({
  title: "the portable program, by any user",
  file: program,
  under: [],
  install: `install -D ${program} ~/.local/bin/xetra-parqed`,
  fetch: "~/.local/bin/xetra-parqed fetch-trades DETR",
});
if (await isPossible("dpkg-deb", "--version") && await isPossible(...THROWAWAY, "true")) {
  const making = { target: HERE, revision: 1, compress: true };
  const [{ path }] = await makePackages(making, releases, { kinds: ["deb"] });
  await tell({
    title: "Debian's package, by root",
    file: path.basename(),
    under: THROWAWAY,
    install: `apt-get install --yes ./${path.basename()}`,
    fetch: "runuser -u xetra -- xetra-parqed --wrk-dir /var/lib/xetra fetch-trades DETR",
  });
} else {console.log(
    "Debian's package: only root can try it, with dpkg-deb and an overlay over this machine's files",
  );}

async function tell(way: Way): Promise<void> {
  await $`sha256sum ${way.file} > SHA256SUMS`.cwd(releases);
  const steps = await takenBy(way, { origin: server.origin, apiUrl: replica.apiUrl, trades: DAY.trades });
  console.log(`${way.title}: ${megabytes(way.file)} MB`);
  for (const { command, millis } of steps) console.log(`  ${seconds(millis)}  ${command}`);
  const millis = steps.reduce((sum, step) => sum + step.millis, 0);
  console.log(
    `  ${seconds(millis)}  in ${steps.length} commands, to ${
      DAY.trades.toLocaleString("en-US")
    } stored trades`,
  );
}

async function isPossible(...command: string[]): Promise<boolean> {
  return (await $`${command}`.quiet().noThrow()).code === 0;
}

function megabytes(file: string): string {
  return (releases.join(file).statSync()!.size / 1e6).toFixed(1);
}

function seconds(millis: number): string {
  return `${(millis / 1000).toFixed(1).padStart(5)} s`;
}
