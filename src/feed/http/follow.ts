import { redirectTarget } from "./api.ts";
import type { OpenResponse } from "./body.ts";

/** What the exchange, or its storage, answers to the request for a file. */
export type Answer =
  | { readonly kind: "body"; readonly response: OpenResponse }
  /** There is no such file, says `reason`: the status. */
  | { readonly kind: "gone"; readonly reason: string }
  /** Asking again in this cycle would not help. */
  | { readonly kind: "failed"; readonly reason: string }
  /** Asking again may help. */
  | { readonly kind: "broken"; readonly reason: string }
  /** The quota is spent; with the headers Retry-After and Date. */
  | { readonly kind: "refused"; readonly retryAfter: string | null; readonly date: string | null };

/**
 * Asks the API at `url`, and goes at once where it sends us, one hop: a signed URL dies after two seconds. Throws
 * what `get` throws, and when the answer breaks off.
 */
export async function follow(
  url: URL,
  base: URL,
  get: (url: URL) => Promise<OpenResponse>,
): Promise<Answer> {
  const first = await get(url);
  if (!isRedirect(first)) return await answerOfApi(first);
  const location = first.header("location");
  await first[Symbol.asyncDispose]();
  const target = redirectTarget(location, base);
  if (target === null) return { kind: "failed", reason: `refused redirect to ${location}` };
  const second = await get(target);
  if (!isRedirect(second)) return await answerOfStorage(second);
  await second[Symbol.asyncDispose]();
  return { kind: "failed", reason: "refused second redirect" };
}

async function answerOfApi(response: OpenResponse): Promise<Answer> {
  if (response.status === 200) return { kind: "body", response };
  await response[Symbol.asyncDispose]();
  const reason = `HTTP ${response.status}`;
  if (response.status === 404 || response.status === 400) return { kind: "gone", reason };
  if (response.status === 429) {
    return { kind: "refused", retryAfter: response.header("retry-after"), date: response.header("date") };
  }
  return { kind: "broken", reason };
}

/**
 * Storage has no quota of ours, and its 400 or 403 speaks of the signed URL, not of the file: the API signs another.
 */
async function answerOfStorage(response: OpenResponse): Promise<Answer> {
  if (response.status === 200) return { kind: "body", response };
  await response[Symbol.asyncDispose]();
  const reason = `HTTP ${response.status} from storage`;
  return { kind: response.status === 404 ? "gone" : "broken", reason };
}

function isRedirect({ status }: OpenResponse): boolean {
  return [301, 302, 303, 307, 308].includes(status);
}
