import { redirectTarget } from "./api.ts";
import type { OpenResponse } from "./body.ts";

/** The answer of the exchange, or its storage, to the request for a file. */
export type Answer =
  | { readonly kind: "body"; readonly response: OpenResponse }
  /** There is no such file; `reason` is the HTTP status. */
  | { readonly kind: "gone"; readonly reason: string }
  /** Trying again in this cycle would not help. */
  | { readonly kind: "failed"; readonly reason: string }
  /** Trying again may help. */
  | { readonly kind: "broken"; readonly reason: string }
  /** The quota is used up; with the headers Retry-After and Date. */
  | { readonly kind: "refused"; readonly retryAfter: string | null; readonly date: string | null };

/**
 * Sends a request to the API at `url` and follows its redirect, one hop, at once: a signed URL is valid for two
 * seconds. Throws what `get` throws, and when the answer breaks off.
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

/** Storage has no quota, and its 400 or 403 is about the signed URL, not about the file: the API will sign another. */
async function answerOfStorage(response: OpenResponse): Promise<Answer> {
  if (response.status === 200) return { kind: "body", response };
  await response[Symbol.asyncDispose]();
  const reason = `HTTP ${response.status} from storage`;
  return { kind: response.status === 404 ? "gone" : "broken", reason };
}

function isRedirect({ status }: OpenResponse): boolean {
  return [301, 302, 303, 307, 308].includes(status);
}
