/** A heading of a version: `## 0.1.0`, `## [0.1.0] - 2026-11-25`. */
const HEADING = /^## \[?([^\]\s]+)\]?.*$/;

/**
 * What a changelog (in the form of Keep a Changelog) says about a version, without the heading. Throws when it says
 * nothing: a release has to be described.
 */
export function notesOf(changelog: string, version: string): string {
  const lines = changelog.split("\n");
  const start = lines.findIndex((line) => HEADING.exec(line)?.[1] === version);
  if (start < 0) throw new Error(`CHANGELOG.md has no section ${version}`);
  const length = lines.slice(start + 1).findIndex((line) => HEADING.test(line));
  const notes = lines.slice(start + 1, length < 0 ? undefined : start + 1 + length).join("\n").trim();
  if (notes === "") throw new Error(`CHANGELOG.md says nothing of ${version}`);
  return `${notes}\n`;
}

/** The day of a version, `2026-11-25`, as its heading in a changelog has it. Throws when it has none. */
export function dateOf(changelog: string, version: string): string {
  const heading = changelog.split("\n").find((line) => HEADING.exec(line)?.[1] === version);
  const date = /\d{4}-\d\d-\d\d$/.exec(heading ?? "")?.[0];
  if (date === undefined) throw new Error(`CHANGELOG.md does not say when ${version} was released`);
  return date;
}
