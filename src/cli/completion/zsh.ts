import type { Completed, CompletedOption, Grammar } from "./words.ts";

/** Completion for zsh: a function for its `fpath`, which can also be sourced. */
export function zshCompletion({ program, options, commands }: Grammar): string {
  const cases = commands.map(({ name, aliases, options: own, words }) => {
    const specs = [...own, ...options].map(spec);
    const argument = words.length === 0 ? [] : [quoted(`*:argument:(${words.join(" ")})`)];
    return `      ${[name, ...aliases].join("|")}) _arguments ${
      [...specs, ...argument].join(" \\\n        ")
    } ;;`;
  });
  return `#compdef ${program}
# Completion of ${program} for zsh; made by \`${program} completion zsh\`
_xetra_parqed() {
  local context state line
  local -a commands=(
${commands.map(({ name, description }) => `    ${quoted(`${name}:${description}`)}`).join("\n")}
  )
  typeset -A opt_args
  _arguments -C ${options.map(spec).join(" \\\n    ")} \\
    '1:command:->command' '*::argument:->argument'
  case $state in
    command) _describe command commands ;;
    argument)
      case $line[1] in
${cases.join("\n")}
      esac ;;
  esac
}
if [ "$funcstack[1]" = "_xetra_parqed" ]; then _xetra_parqed "$@"; else compdef _xetra_parqed ${program}; fi
`;
}

function spec({ name, description, value }: CompletedOption): string {
  const what = `[${description.replaceAll(/[[\]]/g, "\\$&")}]`;
  return quoted(value === null ? `${name}${what}` : `${name}=${what}:value:${action(value)}`);
}

function action(value: Completed): string {
  if (value === "anything") return " ";
  return typeof value === "string" ? { file: "_files", folder: "_files -/" }[value] : `(${value.join(" ")})`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
