/** How minute files are named in listings; daily files always carry their whole name. */
export type NameForm = "whole" | "prefixed" | "bare";

export interface ListingOptions {
  readonly form: NameForm;
  /** Whether `FileCount` and `DaysToKeepOnWebpage` come as strings or as numbers; both were seen. */
  readonly counts: "string" | "number";
}

/** The body of a service's listing at `now`, of whole `names`, newest first. */
export function listingJson(
  service: string,
  names: readonly string[],
  { form, counts }: ListingOptions,
  now: number,
): string {
  const prefix = sourcePrefix(service, names, form);
  const count = (n: number) => counts === "string" ? String(n) : n;
  return JSON.stringify({
    SourcePrefix: prefix,
    DaysToKeepOnWebpage: count(1),
    FileCount: count(names.length),
    GenerationDatetime: new Date(now).toISOString().replace("T", " ").replace("Z", " UTC"),
    CurrentFiles: names.map((name) => listedAs(name, form, service, prefix)),
  });
}

/** What a browser gets, since it does not ask for JSON. */
export function listingHtml(json: string): string {
  return `<!DOCTYPE html><html><head><title>Delayed data</title></head><body><pre>${json}</pre></body></html>`;
}

/** The prefix carries the date of the oldest file, as `DETR-posttrade-2025-11-02` did before files of 11-03. */
function sourcePrefix(service: string, names: readonly string[], form: NameForm): string {
  if (form === "bare") return "";
  const oldest = names.findLast((name) => !isDaily(name));
  if (form === "whole" || oldest === undefined) return service;
  return oldest.slice(0, `${service}-2025-11-02`.length);
}

function listedAs(name: string, form: NameForm, service: string, prefix: string): string {
  if (form === "whole" || isDaily(name)) return name;
  return prefix + name.slice(service.length);
}

function isDaily(name: string): boolean {
  return name.includes("-daily-");
}
