/** Debian's Chromium, as a person's browser. */
import axe from "axe-core";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { PATIENCE_MILLIS } from "../e2e/evidence.ts";
import { isPossible } from "../e2e/possible.ts";

const PROGRAM = "/usr/bin/chromium";

/** Whether there is one. */
export const canBrowse: boolean = await isPossible(PROGRAM, "--version");
if (!canBrowse) console.log(`left out: the page in a browser: there is no ${PROGRAM}`);

let started: Promise<Browser> | null = null;
Deno.test.afterAll(async () => await (await started)?.close());

/**
 * The one of all tests of a file, since each start takes a second of CPU: what is visited has a window of its own,
 * without a memory of others. It has no sandbox of its own where root runs it.
 */
function theBrowser(): Promise<Browser> {
  return started ??= chromium.launch({
    executablePath: PROGRAM,
    args: Deno.uid() === 0 ? ["--no-sandbox"] : [],
  });
}

/** A visit: a page, and what it did that it should not have done. */
export interface Visit extends AsyncDisposable {
  readonly page: Page;
  /** Messages of its console, errors, and requests to other hosts. */
  readonly complaints: string[];
}

/** Opens an address in a window of its own. */
export async function visit(
  url: string,
  options: BrowserContextOptions = {},
): Promise<Visit> {
  const context = await (await theBrowser()).newContext(options);
  context.setDefaultTimeout(PATIENCE_MILLIS);
  const page = await context.newPage();
  const complaints: string[] = [];
  const { host } = new URL(url);
  page.on("console", (message) => complaints.push(`${message.type()}: ${message.text()}`));
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("request", (request) => {
    if (new URL(request.url()).host !== host) complaints.push(`a request to ${request.url()}`);
  });
  await page.goto(url);
  return { page, complaints, [Symbol.asyncDispose]: () => context.close() };
}

/** What axe, an independent judge, has against a page. */
export async function violations(page: Page): Promise<string[]> {
  // not as an element: the page's own policy forbids scripts from elsewhere
  await page.evaluate(axe.source);
  return await page.evaluate(async () => {
    const judge = (globalThis as unknown as { axe: typeof axe }).axe;
    const { violations } = await judge.run();
    return violations.map(({ id, nodes }) =>
      `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(" | ")}`
    );
  });
}
