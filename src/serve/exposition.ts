/** The lines of one metric: what it is, and its samples. */
interface Family {
  readonly head: string[];
  readonly samples: string[];
}

const HEAD = /^# (?:HELP|TYPE) (\S+)/;

/**
 * Several files in Prometheus' text format as one: it wants what a metric is once, and all samples of a metric together.
 * Source: prometheus.io, "Exposition formats", grouping and sorting.
 */
export function asOneExposition(texts: readonly string[]): string {
  const families = new Map<string, Family>();
  for (const text of texts) {
    let family: Family | null = null;
    for (const line of text.split("\n").filter((line) => line !== "")) {
      const name = HEAD.exec(line)?.[1];
      if (name !== undefined) {
        family = families.get(name) ?? { head: [], samples: [] };
        families.set(name, family);
        if (!family.head.includes(line)) family.head.push(line);
      } else family?.samples.push(line);
    }
  }
  const lines = [...families.values()].flatMap(({ head, samples }) => [...head, ...samples]);
  return lines.map((line) => `${line}\n`).join("");
}
