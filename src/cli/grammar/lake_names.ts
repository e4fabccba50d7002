import { InvalidArgumentError } from "commander";
import { LAKE_DATASETS, type LakeName } from "../../derive/lake/exported_datasets.ts";

/** Parses `trades,bars`. Throws commander's InvalidArgumentError. */
export function lakeNamesOption(text: string): LakeName[] {
  const names = text.split(",").map((name) => name.trim());
  const unknown = names.find((name) => !(name in LAKE_DATASETS));
  if (unknown === undefined) return [...new Set(names)] as LakeName[];
  throw new InvalidArgumentError(
    `There are ${Object.keys(LAKE_DATASETS).join(", ")}; "${unknown}" is none of them.`,
  );
}
