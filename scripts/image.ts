/**
 * The container image of a release. `deno run -A scripts/image.ts push` builds it for this machine, tries it, and pushes
 * it under the version and the machine; `… join` gives the images of all machines one name, and writes that and its
 * digest for the workflow.
 */
import $ from "@david/dax";
import { ROOT, VERSION } from "./release/product.ts";
import { repositoryHere, variable } from "./release/repository.ts";

/** What a registry calls the machines of Deno. */
const MACHINES = { x86_64: "amd64", aarch64: "arm64" };

const [command] = Deno.args;
const repository = repositoryHere();
if (repository === null || (command !== "push" && command !== "join")) {
  console.error(
    "usage: deno run -A scripts/image.ts push|join, in the workflow: GITHUB_REPOSITORY is set there",
  );
  Deno.exit(64);
}
const { name, image } = repository;
const login = ["--username", variable("GITHUB_ACTOR"), "--password-stdin"];
await $`docker login ghcr.io ${login}`.stdinText(variable("GH_TOKEN"));
await (command === "push" ? push() : join());

async function push(): Promise<void> {
  const tag = `${image}:${VERSION}-${MACHINES[Deno.build.arch]}`;
  const source = `org.opencontainers.image.source=https://github.com/${name}`;
  await $`docker build --file dist/docker/Dockerfile --label ${source} --tag ${tag} .`.cwd(ROOT);
  const said = await $`docker run --rm ${tag} xetra-parqed --version`.text();
  if (said !== VERSION) throw new Error(`the image says that it is version ${said}`);
  await $`docker push ${tag}`;
}

async function join(): Promise<void> {
  const parts = Object.values(MACHINES).map((machine) => `${image}:${VERSION}-${machine}`);
  const tags = [VERSION, "latest"].flatMap((tag) => ["--tag", `${image}:${tag}`]);
  await $`docker buildx imagetools create ${tags} ${parts}`;
  const format = ["--format", "{{.Manifest.Digest}}"];
  const digest = await $`docker buildx imagetools inspect ${format} ${`${image}:${VERSION}`}`.text();
  $.path(variable("GITHUB_OUTPUT")).appendSync(`image=${image}\ndigest=${digest}\n`);
}
