import { createHmac } from "node:crypto";

/** Why storage refuses a URL, in the words and with the status of Google Cloud Storage. */
export interface SignatureError {
  readonly status: 400 | 403;
  readonly code: string;
  readonly message: string;
}

export const EXPIRED: SignatureError = {
  status: 400,
  code: "ExpiredToken",
  message: "The provided token has expired.",
};

const MISMATCH: SignatureError = {
  status: 403,
  code: "SignatureDoesNotMatch",
  message: "Access denied.",
};

const BUCKET = "replica-posttrade";

/** Makes and checks URLs of the form of Google's V4 signatures, with an issue time in milliseconds. */
export class SignedUrls {
  readonly #lifeMillis: number;
  readonly #key: string;

  constructor(lifeMillis: number, key: string) {
    this.#lifeMillis = lifeMillis;
    this.#key = key;
  }

  /** The path and query under which storage gives out `name` for a short time from `now` on. */
  sign(name: string, now: number): string {
    const query = new URLSearchParams({
      "X-Goog-Algorithm": "GOOG4-HMAC-SHA256",
      "X-Goog-Date": new Date(now).toISOString().replace(/[-:]/g, ""),
      "X-Goog-Expires": String(this.#lifeMillis / 1000),
      "X-Goog-SignedHeaders": "host",
      "X-Goog-Signature": this.#signature(name, now),
    });
    return `/${BUCKET}/${name}?${query}`;
  }

  /** The file that `url` was signed for, or why storage does not give it out at `now`. */
  check(url: URL, now: number): { name: string; error: SignatureError | null } {
    const name = url.pathname.slice(BUCKET.length + 2);
    const date = url.searchParams.get("X-Goog-Date") ?? "";
    const issued = Date.parse(date.replace(/^(\d{4})(\d\d)(\d\dT\d\d)(\d\d)/, "$1-$2-$3:$4:"));
    const isOurs = url.searchParams.get("X-Goog-Signature") === this.#signature(name, issued);
    if (!isOurs) return { name, error: MISMATCH };
    return { name, error: now - issued < this.#lifeMillis ? null : EXPIRED };
  }

  #signature(name: string, issued: number): string {
    return createHmac("sha256", this.#key).update(`${name}\n${issued}`).digest("hex");
  }
}

/** The body of a refusal by storage. */
export function errorXml({ code, message }: { code: string; message: string }): string {
  return `<?xml version='1.0' encoding='UTF-8'?><Error><Code>${code}</Code><Message>${message}</Message></Error>`;
}
