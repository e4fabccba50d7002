/** Where a visitor is: a view and its choices, as the address has them after `#`, so that it can be kept as a bookmark. */
export interface Place {
  readonly view: string;
  readonly choices: Readonly<Record<string, string>>;
}

/** The place that an address leads to: `#/charts?venue=DETR&isin=DE0007164600`. */
export function placeOf(hash: string): Place {
  const [path, query = ""] = hash.replace(/^#\/?/, "").split("?");
  return { view: path || "now", choices: Object.fromEntries(new URLSearchParams(query)) };
}

/** The address of a place; choices without a value are left out. */
export function addressOf(view: string, choices: Readonly<Record<string, string | undefined>> = {}): string {
  const chosen = Object.entries(choices).filter((choice): choice is [string, string] => !!choice[1]);
  const query = new URLSearchParams(chosen).toString();
  return `#/${view}${query === "" ? "" : `?${query}`}`;
}
