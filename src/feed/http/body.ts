/** A body is longer than allowed: trying again will not make it shorter. */
export class BodyTooLong extends Error {
  override name = "BodyTooLong";
}

/** A response whose body is cancelled when it is disposed: an unread body would block its connection. */
export class OpenResponse implements AsyncDisposable {
  constructor(readonly response: Response) {}

  get status(): number {
    return this.response.status;
  }

  header(name: string): string | null {
    return this.response.headers.get(name);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const { body } = this.response;
    // If the body broke off, there is nothing left to cancel; its reader got the error.
    if (body?.locked === false) await body.cancel().catch(() => {});
  }
}

/** The bytes of a response, at most `limit`; checks the announced length, if there is one. */
export async function* bodyOf(
  { response }: OpenResponse,
  limit: number,
  onPiece: () => void,
): AsyncGenerator<Uint8Array> {
  const announced = response.headers.get("content-length");
  if (announced !== null && Number(announced) > limit) {
    throw new BodyTooLong(`the body has ${announced} bytes, more than ${limit}`);
  }
  let received = 0;
  for await (const piece of response.body ?? []) {
    onPiece();
    received += piece.length;
    if (received > limit) throw new BodyTooLong(`the body has more than ${limit} bytes`);
    yield piece;
  }
  const isEncoded = response.headers.has("content-encoding"); // then fetch may have unpacked the body
  if (announced !== null && !isEncoded && received !== Number(announced)) {
    throw new Error(`the body ended after ${received} of ${announced} bytes`);
  }
}

/** All of a body as text. Throws as `bodyOf`. */
export async function textOfBody(
  response: OpenResponse,
  limit: number,
  onPiece: () => void = () => {},
): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const piece of bodyOf(response, limit, onPiece)) {
    text += decoder.decode(piece, { stream: true });
  }
  return text + decoder.decode();
}
