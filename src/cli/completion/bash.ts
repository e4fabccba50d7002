import type { Completed, CompletedOption, Grammar } from "./words.ts";

/** Completion for bash; does not need the package bash-completion. */
export function bashCompletion({ program, options, commands }: Grammar): string {
  const all = [...options, ...commands.flatMap(({ options }) => options)];
  const valued = names(options.filter(({ value }) => value !== null)).join("|");
  const cases = commands.map(({ name, aliases, options, words }) =>
    `    ${[name, ...aliases].join("|")}) options="$options ${names(options).join(" ")}"; words="${
      words.join(" ")
    }" ;;`
  );
  return `# Completion of ${program} for bash; made by \`${program} completion bash\`
_xetra_parqed() {
  local word=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD - 1]} command= options words i
  # bash takes --option=value for three words
  [[ $word == = ]] && word=
  [[ $previous == = ]] && previous=\${COMP_WORDS[COMP_CWORD - 2]}
  COMPREPLY=()
  for ((i = 1; i < COMP_CWORD; i++)); do
    case \${COMP_WORDS[i]} in
    ${valued}) [[ \${COMP_WORDS[i + 1]} == = ]] && ((i++)); ((i++)) ;;
    -*) ;;
    *) command=\${COMP_WORDS[i]}; break ;;
    esac
  done
  case $previous in
${valueCases(all).join("\n")}
  esac
  options="${names(options).join(" ")}"
  case $command in
    '') words="${commands.map(({ name }) => name).join(" ")}" ;;
${cases.join("\n")}
  esac
  [[ $word == -* ]] && words=$options
  mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word")
}
complete -F _xetra_parqed ${program}
`;
}

function names(options: readonly CompletedOption[]): string[] {
  return options.map(({ name }) => name);
}

/** One case for each kind of value: an option has the same values in every command. */
function valueCases(options: readonly CompletedOption[]): string[] {
  const kinds = Map.groupBy(options.filter(({ value }) => value !== null), ({ value }) => completer(value!));
  return [...kinds].map(([complete, options]) =>
    `    ${[...new Set(names(options))].join("|")}) ${complete}return ;;`
  );
}

function completer(value: Completed): string {
  if (value === "anything") return "";
  const paths = { file: "-f", folder: "-d" };
  const how = typeof value === "string" ? paths[value] : `-W "${value.join(" ")}"`;
  const asPaths = typeof value === "string" ? "compopt -o filenames 2>/dev/null; " : "";
  return `${asPaths}mapfile -t COMPREPLY < <(compgen ${how} -- "$word"); `;
}
