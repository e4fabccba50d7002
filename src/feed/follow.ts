import { redirectTarget } from "./api.ts";
import { type OpenResponse, textOfBody } from "./body.ts";

/** What storage says of an error is some hundred bytes of XML. */
const ERROR_LIMIT = 64 * 1024;

/** What the exchange, or its storage, answers to the request for a file. */
export type Answer =
  | { readonly kind: "body"; readonly response: OpenResponse }
  /** There is no such file. */
  | { readonly kind: "gone" }
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
  if (response.status === 404) return { kind: "gone" };
  if (response.status === 429) {
    return { kind: "refused", retryAfter: response.header("retry-after"), date: response.header("date") };
  }
  return { kind: "broken", reason: `HTTP ${response.status}` };
}

/** Storage has no quota of ours, and a 404 of its that names no missing file may pass. */
async function answerOfStorage(opened: OpenResponse): Promise<Answer> {
  if (opened.status === 200) return { kind: "body", response: opened };
  await using response = opened;
  const isGone = response.status === 404 && (await textOfBody(response, ERROR_LIMIT)).includes("NoSuchKey");
  return isGone ? { kind: "gone" } : { kind: "broken", reason: `HTTP ${response.status} from storage` };
}

function isRedirect({ status }: OpenResponse): boolean {
  return [301, 302, 303, 307, 308].includes(status);
}
