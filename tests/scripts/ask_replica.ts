import type { DaySpec } from "../../scripts/replica/day.ts";
import type { Replica } from "../../scripts/replica/server.ts";

/** A day with few minutes, the name of one of its files, and that of its daily file. */
export const DAY: DaySpec = {
  venue: "DETR",
  date: "2026-09-01",
  trades: 200,
  minutes: { from: 480, until: 484 },
};
export const NAME = "DETR-posttrade-2026-09-01T08_02.json.gz";
export const DAILY = "DETR-posttrade-daily-2026-09-01.json.gz";

/** What the replica lists of a service. */
export async function list(
  replica: Replica,
  service = "DETR-posttrade",
): Promise<Record<string, unknown> & { CurrentFiles: string[] }> {
  const headers = { accept: "application/json" };
  return await (await fetch(`${replica.apiUrl}/${service}`, { headers })).json();
}

/** Where a download is redirected to, or how it is refused. */
export async function download(replica: Replica, name: string) {
  const response = await fetch(`${replica.apiUrl}/download/${name}`, { redirect: "manual" });
  await response.body?.cancel();
  const { status, headers } = response;
  return { status, location: headers.get("location") ?? "", retryAfter: headers.get("retry-after") };
}

/** The bytes of a file, behind the redirect. */
export async function stored(replica: Replica, name: string): Promise<Uint8Array<ArrayBuffer>> {
  return await (await fetch((await download(replica, name)).location)).bytes();
}

/** What an address answers. */
export async function take(location: string): Promise<{ status: number; text: string }> {
  const response = await fetch(location);
  return { status: response.status, text: await response.text() };
}
