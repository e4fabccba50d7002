/** A server of Trino's on loopback, out of Maven Central: 700 MB, and a start of 40 s on two cores that are free. */
import { join } from "node:path";
import { type Program, startCommand, temporaryDirectory } from "../e2e/harness.ts";
import { isPossible } from "../e2e/possible.ts";
import { cacheFolder, failureOf, madeOnce } from "./environments.ts";
import { javaOf } from "./javas.ts";

const VERSION = "476";
const LEAST_JAVA = 24;
/** Iceberg's connector asks PyIceberg's catalog by it. */
const SQLITE = "org.xerial:sqlite-jdbc:3.54.1.0";
const MAVEN = ["mvn", "--quiet", "--batch-mode"];
const GOALS = "org.apache.maven.plugins:maven-dependency-plugin:3.6.1";
const CONNECTORS = ["hive", "iceberg"];
/** How often it is asked whether it has started. */
const LOOK_MILLIS = 500;
/** On a machine with much other work it took two minutes. */
const PATIENCE_MILLIS = 20 * 60_000;
const USER = { "X-Trino-User": "test", "X-Trino-Client-Capabilities": "PARAMETRIC_DATETIME" };

/** Trino's libraries, and a Java that runs them. */
export interface TrinoProgram {
  readonly java: string;
  readonly folder: string;
}

/** A running server, with a catalog `hive` of its own, and `lake`, that of register_iceberg.py. */
export interface Trino extends AsyncDisposable {
  /** Rows of values. Throws what Trino says of the statement. */
  ask(sql: string): Promise<unknown[][]>;
}

/** Null where Trino cannot be had, after a line that says why. The first call downloads it; later ones find it in the cache. */
export async function trinoProgram(): Promise<TrinoProgram | null> {
  const java = await javaOf(LEAST_JAVA);
  const folder = join(cacheFolder(), `trino-${VERSION}`);
  const failure = java === null
    ? `it needs Java ${LEAST_JAVA}`
    : !await isPossible("mvn", "-version")
    ? "it needs Maven"
    : await madeOnce(folder, () => download(folder));
  if (failure === null) return { java: java!, folder };
  console.log(`left out: Trino ${VERSION}: ${failure}`);
  return null;
}

async function download(folder: string): Promise<string | null> {
  Deno.mkdirSync(folder, { recursive: true });
  const maven = ["env", `--chdir=${folder}`, ...MAVEN]; // it leaves marks where it runs
  const pom = join(folder, "pom.xml");
  Deno.writeTextFileSync(pom, serverPom());
  const copied = [`${GOALS}:copy-dependencies`, "-DincludeScope=runtime", `-DoutputDirectory=${folder}/lib`];
  let failure = await failureOf(...maven, "--file", pom, ...copied);
  for (const connector of CONNECTORS) {
    const unpacked = [
      `-Dartifact=io.trino:trino-${connector}:${VERSION}:zip`,
      `-DoutputDirectory=${folder}/plugin`,
    ];
    failure ??= await failureOf(...maven, `${GOALS}:unpack`, ...unpacked);
  }
  const driver = [`-Dartifact=${SQLITE}`, `-DoutputDirectory=${folder}/plugin/trino-iceberg-${VERSION}`];
  return failure ?? await failureOf(...maven, `${GOALS}:copy`, ...driver);
}

function serverPom(): string {
  return `<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
<groupId>tests</groupId><artifactId>trino</artifactId><version>1</version>
<dependencies><dependency><groupId>io.trino</groupId><artifactId>trino-main</artifactId>
<version>${VERSION}</version></dependency></dependencies></project>`;
}

/** Starts a server that knows the tables of a warehouse. */
export async function startTrino({ java, folder }: TrinoProgram, warehouse: string): Promise<Trino> {
  await using opened = new AsyncDisposableStack();
  const dir = opened.use(temporaryDirectory());
  const port = freePort();
  Deno.mkdirSync(dir.of("etc/catalog"), { recursive: true });
  for (const [name, settings] of Object.entries(settingsOf(folder, dir.path, port, warehouse))) {
    const lines = Object.entries(settings).map(([key, value]) => `${key}=${value}\n`);
    Deno.writeTextFileSync(dir.of("etc", name), lines.join(""));
  }
  const options = ["-Xmx2G", "--add-modules=jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED"];
  const start = new URL("java/StartTrino.java", import.meta.url).pathname;
  const program = opened.use(startCommand(
    [java, ...options, "-Dconfig=etc/config.properties", "-cp", `${folder}/lib/*`, start, VERSION],
    { cwd: dir.path, signal: AbortSignal.timeout(PATIENCE_MILLIS) },
  ));
  await started(program, `http://127.0.0.1:${port}/v1/info`);
  const disposed = opened.move();
  return {
    ask: (sql) => answerTo(`http://127.0.0.1:${port}/v1/statement`, sql),
    [Symbol.asyncDispose]: () => disposed.disposeAsync(),
  };
}

type Settings = Readonly<Record<string, string>>;

function settingsOf(folder: string, dir: string, port: number, warehouse: string): Record<string, Settings> {
  const local = { "fs.native-local.enabled": "true", "local.location": "/" };
  const jdbc = "iceberg.jdbc-catalog";
  return {
    "config.properties": {
      "node.environment": "test",
      "node.bind-ip": "127.0.0.1",
      "node.internal-address": "127.0.0.1",
      "coordinator": "true",
      "node-scheduler.include-coordinator": "true",
      "http-server.http.port": String(port),
      "discovery.uri": `http://127.0.0.1:${port}`,
      "plugin.dir": join(folder, "plugin"),
      "catalog.config-dir": "etc/catalog",
    },
    "catalog/hive.properties": {
      "connector.name": "hive",
      "hive.metastore": "file",
      "hive.metastore.catalog.dir": `local://${dir}/metastore`,
      "hive.timestamp-precision": "NANOSECONDS",
      ...local,
    },
    "catalog/lake.properties": {
      "connector.name": "iceberg",
      "iceberg.catalog.type": "jdbc",
      [`${jdbc}.driver-class`]: "org.sqlite.JDBC",
      [`${jdbc}.connection-url`]: `jdbc:sqlite:${warehouse}/catalog.db`,
      [`${jdbc}.catalog-name`]: "lake",
      [`${jdbc}.default-warehouse-dir`]: `local://${warehouse}`,
      [`${jdbc}.schema-version`]: "V1",
      ...local,
    },
  };
}

function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

/** Resolves when the server has started; throws its last words when it ends before. */
async function started({ ended }: Program, url: string): Promise<void> {
  let isRunning = true;
  ended.finally(() => isRunning = false);
  while (isRunning) {
    if (await isReady(url)) return;
    await new Promise((resolve) => setTimeout(resolve, LOOK_MILLIS));
  }
  throw new Error(`Trino ended: ${(await ended).stdout.slice(-2000)}`);
}

async function isReady(url: string): Promise<boolean> {
  try {
    const { starting } = await (await fetch(url)).json();
    return !starting;
  } catch {
    return false; // nobody listens yet, or it is not what answers later
  }
}

interface Page {
  readonly data?: unknown[][];
  readonly nextUri?: string;
  readonly error?: { readonly message: string };
}

async function answerTo(url: string, sql: string): Promise<unknown[][]> {
  const rows: unknown[][] = [];
  let page: Page = await (await fetch(url, { method: "POST", body: sql, headers: USER })).json();
  for (;;) {
    if (page.error !== undefined) throw new Error(`${page.error.message}: ${sql}`);
    rows.push(...page.data ?? []);
    if (page.nextUri === undefined) return rows;
    page = await (await fetch(page.nextUri, { headers: USER })).json();
  }
}
