import $ from "@david/dax";
import assert from "node:assert/strict";
import { describe } from "../../scripts/release/describe.ts";
import { howToInstall } from "../../scripts/release/how_to_install.ts";
import { programsIn, startsOf } from "../../scripts/release/programs.ts";
import { TARGETS, VERSION } from "../../scripts/release/product.ts";
import { checkoutOf } from "../e2e/checkout.ts";
import { type Run, startCommand, type TemporaryDirectory, temporaryDirectory } from "../e2e/harness.ts";
import { isPossible } from "../e2e/possible.ts";
import { Home } from "./portable.ts";

const ROOT = new URL("../..", import.meta.url).pathname;
/** As GitHub sets them. */
const GITHUB = {
  GITHUB_REPOSITORY: "Someone/xetra-parqed",
  GITHUB_ACTOR: "someone",
  GITHUB_REF_NAME: `v${VERSION}`,
  GH_TOKEN: "secret",
};
const IMAGE = "ghcr.io/someone/xetra-parqed";
const MACHINE = { x86_64: "amd64", aarch64: "arm64" }[Deno.build.arch];
/** Commands that are only recorded, one line per call, with their answers. */
const STUBS = {
  gh: "",
  docker: `case "$1 $3" in
    "login "*) echo "password $(cat)" >> "$CALLS" ;;
    run*) echo "\${IMAGE_VERSION:-${VERSION}}" ;;
    "buildx inspect") echo sha256:0123 ;;
  esac`,
};

/** Runs one of the workflow's scripts in a checkout, with stubs for what would leave this machine. */
async function script(
  command: string,
  folder: TemporaryDirectory,
  env: Record<string, string>,
): Promise<Run> {
  Deno.mkdirSync(folder.of("stubs"), { recursive: true });
  for (const [name, answer] of Object.entries(STUBS)) {
    const text = `#!/bin/sh\necho "${name} $*" >> "$CALLS"\n${answer}\n`;
    Deno.writeTextFileSync(folder.of("stubs", name), text, { mode: 0o755 });
  }
  const PATH = `${folder.of("stubs")}:${Deno.env.get("PATH")}`;
  const all = { PATH, CALLS: folder.of("calls"), GITHUB_OUTPUT: folder.of("output"), ...env };
  const args = [Deno.execPath(), "run", "--quiet", "-A", ...command.split(" ")];
  await using program = startCommand(args, { cwd: folder.path, env: all });
  return await program.ended;
}

function callsIn(folder: TemporaryDirectory): string[] {
  return Deno.readTextFileSync(folder.of("calls")).trimEnd().split("\n").map((line) =>
    line.replaceAll(folder.path, "HERE")
  );
}

/** A checkout in which a release of two files lies. */
function released(): TemporaryDirectory {
  const folder = checkoutOf("main.ts", ["scripts"]);
  const assets = folder.of("dist/bin/release/assets");
  Deno.mkdirSync(assets, { recursive: true });
  Deno.writeTextFileSync(`${assets}/a.run`, "program");
  Deno.writeTextFileSync(folder.of("dist/bin/release/NOTES.md"), "Notes.");
  return folder;
}

Deno.test("publish.ts creates the release of the tag in the repository that runs it, with its notes and assets", async () => {
  using folder = released();
  await $`sha256sum a.run > SHA256SUMS`.cwd(folder.of("dist/bin/release/assets"));
  const run = await script("scripts/publish.ts", folder, GITHUB);
  assert.equal(run.code, 0, run.stderr);
  const release = "HERE/dist/bin/release";
  assert.deepEqual(callsIn(folder), [
    `gh release create v${VERSION} --repo Someone/xetra-parqed --verify-tag --title v${VERSION} ` +
    `--notes-file ${release}/NOTES.md ${release}/assets/SHA256SUMS ${release}/assets/a.run`,
  ]);
});

Deno.test("publish.ts publishes nothing whose sums are wrong, and nothing outside of the workflow", async () => {
  using folder = released();
  const sums = `${"0".repeat(64)}  a.run\n`;
  Deno.writeTextFileSync(folder.of("dist/bin/release/assets/SHA256SUMS"), sums);
  assert.equal((await script("scripts/publish.ts", folder, GITHUB)).code, 1);
  const { code, stderr } = await script("scripts/publish.ts", folder, { ...GITHUB, GITHUB_REPOSITORY: "" });
  assert.equal(code, 1);
  assert.match(stderr, /GITHUB_REPOSITORY is not set: this is for the workflow/);
  assert.throws(() => callsIn(folder), Deno.errors.NotFound);
});

Deno.test("image.ts push builds the image of this machine from its Dockerfile, tries it, and pushes it", async () => {
  using folder = checkoutOf("main.ts", ["scripts"]);
  const run = await script("scripts/image.ts push", folder, GITHUB);
  assert.equal(run.code, 0, run.stderr);
  const tag = `${IMAGE}:${VERSION}-${MACHINE}`;
  assert.deepEqual(callsIn(folder), [
    "docker login ghcr.io --username someone --password-stdin",
    "password secret",
    "docker build --file dist/docker/Dockerfile --label " +
    `org.opencontainers.image.source=https://github.com/Someone/xetra-parqed --tag ${tag} .`,
    `docker run --rm ${tag} xetra-parqed --version`,
    `docker push ${tag}`,
  ]);
});

Deno.test("image.ts pushes no image of another version", async () => {
  using folder = checkoutOf("main.ts", ["scripts"]);
  const { code, stderr } = await script("scripts/image.ts push", folder, {
    ...GITHUB,
    IMAGE_VERSION: "0.0.9",
  });
  assert.equal(code, 1);
  assert.match(stderr, /the image says that it is version 0\.0\.9/);
  assert.ok(callsIn(folder).every((call) => !call.startsWith("docker push")));
});

Deno.test("image.ts join gives both machines' images one name, and its digest to the workflow", async () => {
  using folder = checkoutOf("main.ts", ["scripts"]);
  const run = await script("scripts/image.ts join", folder, GITHUB);
  assert.equal(run.code, 0, run.stderr);
  const [, , create, inspect] = callsIn(folder);
  const parts = ["amd64", "arm64"].map((machine) => `${IMAGE}:${VERSION}-${machine}`).join(" ");
  const tags = `--tag ${IMAGE}:${VERSION} --tag ${IMAGE}:latest`;
  assert.equal(create, `docker buildx imagetools create ${tags} ${parts}`);
  assert.equal(inspect, `docker buildx imagetools inspect --format {{.Manifest.Digest}} ${IMAGE}:${VERSION}`);
  assert.equal(Deno.readTextFileSync(folder.of("output")), `image=${IMAGE}\ndigest=sha256:0123\n`);
});

Deno.test("image.ts refuses unknown commands with 64, and refuses to run outside of the workflow", async () => {
  using folder = checkoutOf("main.ts", ["scripts"]);
  assert.equal((await script("scripts/image.ts pull", folder, GITHUB)).code, 64);
  const elsewhere = { ...GITHUB, GITHUB_REPOSITORY: "" };
  assert.equal((await script("scripts/image.ts push", folder, elsewhere)).code, 64);
});

Deno.test("try_release.ts tests every program for this machine as it was downloaded, and fails when there is none", async () => {
  using home = new Home();
  using folder = temporaryDirectory();
  for (const target of TARGETS) {
    const name = `xetra-parqed-${VERSION}-${target}.run`;
    Deno.copyFileSync(home.program, folder.of(name));
    Deno.chmodSync(folder.of(name), 0o644);
  }
  const tried = await $`${Deno.execPath()} run --quiet -A scripts/try_release.ts ${folder.path}`.cwd(ROOT)
    .lines();
  const here = `xetra-parqed-${VERSION}-${Deno.build.target}.run`;
  assert.deepEqual(tried.map((line) => line.split(":")[0]), [
    here,
    "--version",
    "a fetch from the replica",
    "a second fetch has nothing to do",
    "a daemon, a second one refused, SIGTERM",
  ]);
  const lines = await Array.fromAsync(describe($.path(folder.path)));
  assert.equal(lines.length, TARGETS.length);
  assert.match(
    lines.find((line) => line.startsWith(here))!,
    /: \d+\.\d MB, starts in \d+\.\d\d s, then in \d+\.\d\d s$/,
  );

  using empty = temporaryDirectory();
  const failed = await $`${Deno.execPath()} run --quiet -A scripts/try_release.ts ${empty.path}`.cwd(ROOT)
    .stderr("piped").noThrow();
  assert.equal(failed.code, 1);
  assert.match(failed.stderr, /has no program for /);
});

Deno.test({
  name: "of a release's archives and packages those for this machine are unpacked, and their programs timed",
  ignore: !await isPossible("dpkg-deb", "--version"),
}, async () => {
  using folder = temporaryDirectory();
  const program = `#!/bin/sh\necho ${VERSION}\n`;
  for (const below of ["archive", "package/usr/bin", "package/DEBIAN", "assets", "scratch"]) {
    Deno.mkdirSync(folder.of(below), { recursive: true });
  }
  for (const path of ["archive/xetra-parqed", "package/usr/bin/xetra-parqed"]) {
    Deno.writeTextFileSync(folder.of(path), program, { mode: 0o755 });
  }
  const about = "Package: xetra-parqed\nVersion: 1\nArchitecture: all\nMaintainer: x <x@y>\nDescription: x\n";
  Deno.writeTextFileSync(folder.of("package/DEBIAN/control"), about);
  for (const target of TARGETS) {
    await $`tar -czf assets/xetra-parqed-${VERSION}-${target}.tar.gz archive`.cwd(folder.path);
  }
  for (const machine of ["amd64", "arm64"]) {
    await $`dpkg-deb -Znone --build package assets/xetra-parqed_${VERSION}-1_${machine}.deb`.cwd(folder.path)
      .quiet();
  }
  const programs = await programsIn($.path(folder.of("assets")), $.path(folder.of("scratch")));
  const archive = `xetra-parqed-${VERSION}-${Deno.build.target}.tar.gz`;
  assert.deepEqual(programs.map(({ asset }) => asset), [archive, `xetra-parqed_${VERSION}-1_${MACHINE}.deb`]);
  for (const { path } of programs) {
    const { first, next } = await startsOf(path, $.path(folder.path));
    assert.ok(first > 0 && next > 0);
  }
  Deno.writeTextFileSync(folder.of("archive/xetra-parqed"), "#!/bin/sh\necho 0.0.9\n");
  await assert.rejects(
    startsOf($.path(folder.of("archive/xetra-parqed")), $.path(folder.path)),
    /says that it is version 0\.0\.9$/,
  );
});

Deno.test("the notes say how to install it, with the addresses of the repository that runs the workflow", () => {
  const name = "Someone/xetra-parqed";
  const downloads = `https://github.com/${name}/releases/download/v${VERSION}`;
  const text = howToInstall({ name, image: IMAGE, downloads });
  const program = `xetra-parqed-${VERSION}-x86_64-unknown-linux-gnu.run`;
  assert.ok(text.includes(`curl -fLO ${downloads}/${program}\n`));
  assert.ok(text.includes(`gh attestation verify ${program} --repo ${name} `));
  assert.ok(text.includes(`docker pull ${IMAGE}:${VERSION}`));
  assert.ok(text.includes(`https://github.com/${name}/blob/v${VERSION}/dist/doc/install.md`));
});
