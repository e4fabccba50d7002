const NEWLINE = 0x0a;
const SPACE = 0x20;

/** The number of lines that are not blank in a text that comes in arbitrary pieces. Throws what the pieces throw. */
export async function countLinesIn(pieces: AsyncIterable<Uint8Array>): Promise<number> {
  let lines = 0;
  let blank = true;
  for await (const piece of pieces) {
    for (let start = 0; start < piece.length;) {
      const newline = piece.indexOf(NEWLINE, start);
      const end = newline < 0 ? piece.length : newline;
      blank &&= isBlank(piece, start, end);
      if (newline >= 0) {
        if (!blank) lines++;
        blank = true;
      }
      start = end + 1;
    }
  }
  return blank ? lines : lines + 1;
}

function isBlank(bytes: Uint8Array, start: number, end: number): boolean {
  for (let i = start; i < end; i++) if (bytes[i] > SPACE) return false;
  return true;
}
