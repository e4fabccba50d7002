import type { Completed, CompletedOption, Grammar } from "./words.ts";

/** Completion for fish. */
export function fishCompletion({ program, options, commands }: Grammar): string {
  const complete = `complete -c ${program}`;
  const lines = commands.flatMap(({ name, aliases, description, options, words }) => {
    const within = `${complete} -n '__fish_seen_subcommand_from ${[name, ...aliases].join(" ")}'`;
    return [
      `${complete} -n "not __fish_seen_subcommand_from $commands" -a ${name} -d ${quoted(description)}`,
      ...options.map((option) => `${within} ${asOption(option)}`),
      ...(words.length === 0 ? [] : [`${within} -a '${words.join(" ")}'`]),
    ];
  });
  return [
    `# Completion of ${program} for fish; made by \`${program} completion fish\``,
    `set -l commands ${commands.map(({ name }) => name).join(" ")}`,
    `${complete} -f`,
    ...options.map((option) => `${complete} ${asOption(option)}`),
    ...lines,
  ].join("\n") + "\n";
}

function asOption({ name, description, value }: CompletedOption): string {
  const kind = value === null ? "" : ` ${asValue(value)}`;
  return `-l ${name.slice(2)}${kind} -d ${quoted(description)}`;
}

function asValue(value: Completed): string {
  if (value === "anything") return "-x";
  if (value === "file") return "-r -F";
  return `-x -a '${value === "folder" ? "(__fish_complete_directories)" : value.join(" ")}'`;
}

function quoted(text: string): string {
  return `'${text.replaceAll(/['\\]/g, "\\$&")}'`;
}
