/** A body is longer than it may be: no second try will make it shorter. */
export class BodyTooLong extends Error {
  override name = "BodyTooLong";
}

/** A body ended before its announced end. */
export class ShortBody extends Error {
  override name = "ShortBody";
}

/** The bytes of a response, of which there may be `limit`; checks the announced length, if there is one. */
export async function* bodyOf(
  response: Response,
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
  const isEncoded = response.headers.has("content-encoding"); // then fetch has unpacked it
  if (announced !== null && !isEncoded && received !== Number(announced)) {
    throw new ShortBody(`the body ended after ${received} of ${announced} bytes`);
  }
}

/** All of a body as text. */
export async function textOfBody(response: Response, limit: number): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const piece of bodyOf(response, limit, () => {})) {
    text += decoder.decode(piece, { stream: true });
  }
  return text + decoder.decode();
}
