/** podman and buildah as a user of the pages runs them: by a command `docker`, with their own store. */
import $ from "@david/dax";
import assert from "node:assert/strict";
import { type Run, startCommand, temporaryDirectory } from "../../e2e/harness.ts";
import { isPossible } from "../../e2e/possible.ts";

const ROOT = new URL("../../..", import.meta.url).pathname;
const STAND_IN = new URL("deno_stand_in.sh", import.meta.url).pathname;
/** Not more than a machine without CAP_SYS_RESOURCE may give. */
const LIMITS = ["--ulimit=nofile=1024:1024", "--ulimit=nproc=4096:4096"];

const needed = ["podman", "buildah", "runc", "debootstrap"];
const found = await Promise.all(needed.map((command) => isPossible(command, "--version")));
/** Only root can build and run images here, with what Debian has for it. */
export const canContain: boolean = Deno.uid() === 0 && found.every(Boolean) &&
  await isPossible("unshare", "-m", "true");
if (!canContain) console.log(`left out: images are built and run by root, with ${needed.join(", ")}`);

/** Runs lines of pages that begin with `docker`; what they made is removed when it is disposed. */
export interface Engine extends AsyncDisposable {
  /** Runs a line of a shell, in this checkout. */
  run(line: string, env?: Record<string, string>): Promise<Run>;
  /** The output of a line, which must succeed. */
  said(line: string, env?: Record<string, string>): Promise<string>;
}

/**
 * An engine that has the images which the Dockerfile begins from, made of `debian`, a tar. Containers are in this
 * machine's network, and know no exchange but `apiUrl`.
 */
export async function engineOn(debian: string, images: Bases, apiUrl: string): Promise<Engine> {
  await using making = new AsyncDisposableStack();
  const folder = making.use(temporaryDirectory());
  const store = `--root ${folder.of("store")} --runroot ${folder.of("run")}`;
  const podman = `podman ${store} --runtime runc --log-level fatal`;
  making.defer(async () =>
    void await $`sh -c ${`${podman} rm --all --force --time 5; umount -l ${folder.of("store")}/*`}`.quiet()
      .noThrow()
  );
  const cache = await $`${Deno.execPath()} info --json`.json<{ denoDir: string }>();
  const build =
    `buildah ${store} build --isolation chroot --network host --pull-never --volume ${cache.denoDir}:/deno-dir`;
  Deno.mkdirSync(folder.of("bin"));
  Deno.writeTextFileSync(
    folder.of("bin/docker"),
    [
      "#!/bin/sh",
      "case $1 in",
      `build) shift; exec ${build} --format docker "$@" ;;`,
      `run) shift; exec ${podman} run --network host ${
        LIMITS.join(" ")
      } -e XETRA_PARQED_API_URL=${apiUrl} "$@" ;;`,
      `*) exec ${podman} "$@" ;;`,
      "esac",
    ].join("\n"),
    { mode: 0o755 },
  );
  const env = {
    PATH: `${folder.of("bin")}:${Deno.env.get("PATH")}`,
    STORAGE_DRIVER: await driverFor(folder.path),
  };
  const run = async (line: string, more: Record<string, string> = {}) => {
    await using program = startCommand(["sh", "-euc", line], { cwd: ROOT, env: { ...env, ...more } });
    return await program.ended;
  };
  const said = async (line: string, more?: Record<string, string>) => {
    const { code, stdout, stderr } = await run(line, more);
    assert.equal(code, 0, `${line}: ${stdout}${stderr}`);
    return stdout.trimEnd();
  };
  await said(`docker import '${debian}' ${images.debian}`);
  await said(withDeno(`buildah ${store}`, images));
  const made = making.move();
  return { run, said, [Symbol.asyncDispose]: () => made.disposeAsync() };
}

/** What the Dockerfile begins from, by their whole names. */
export interface Bases {
  readonly deno: string;
  readonly debian: string;
}

/** The image with Deno, as Deno's own has it: in PATH, with its cache in /deno-dir. */
function withDeno(buildah: string, { deno, debian }: Bases): string {
  return `c=$(${buildah} from --pull-never ${debian})
    ${buildah} copy -q --chmod 755 $c ${STAND_IN} /usr/bin/deno
    ${buildah} copy -q $c ${Deno.execPath()} /usr/lib/deno
    ${buildah} config --env DENO_DIR=/deno-dir/ $c
    ${buildah} commit -q $c ${deno}`;
}

/** Layers are overlaid where the disk can do that, and copied elsewhere, as within another container. */
async function driverFor(folder: string): Promise<"overlay" | "vfs"> {
  return await $`stat --file-system --format=%T ${folder}`.text() === "overlayfs" ? "vfs" : "overlay";
}
