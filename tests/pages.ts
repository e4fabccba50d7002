/** The README and the pages that travel with every release: their text, and the commands that they give. */

const DOCS = new URL("../dist/doc/", import.meta.url);

/** Each page by its name, below the project's folder. */
export const PAGES: ReadonlyMap<string, string> = new Map([
  ["README.md", Deno.readTextFileSync(new URL("../README.md", import.meta.url))],
  ...[...Deno.readDirSync(DOCS)].filter(({ name }) => name.endsWith(".md")).map(({ name }) =>
    [`dist/doc/${name}`, Deno.readTextFileSync(new URL(name, DOCS))] as const
  ).sort(),
]);

/** The code blocks of a language on a page. */
export function blocks(page: string, language: string): string[] {
  return [...page.matchAll(/^```(\w+)\n(.*?)^```/gms)].filter((block) => block[1] === language)
    .map((block) => block[2]);
}

/** The commands of a page, without their comments. */
export function commandsOf(page: string): string[] {
  return blocks(page, "sh").flatMap((block) => block.trimEnd().split("\n")).map((line) =>
    line.replace(/ +# .*$/, "")
  );
}

/** The commands below a heading of a page. Throws when there are none. */
export function commandsBelow(name: string, heading: string): string[] {
  const [, section] = PAGES.get(name)!.split(`\n## ${heading}\n`);
  const commands = section === undefined ? [] : commandsOf(section.split("\n## ")[0]);
  if (commands.length === 0) throw new Error(`${name} has no commands below ${heading}`);
  return commands;
}
