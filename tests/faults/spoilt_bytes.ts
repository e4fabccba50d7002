/** What may befall the bytes of a file, as fast-check makes it up. */
import { Buffer } from "node:buffer";
import fc from "fast-check";

/** What may befall bytes: a bit is turned, some are lost, come twice, or others come among them. */
export interface Mutation {
  readonly kind: "flip" | "lose" | "repeat" | "insert";
  readonly at: number;
  readonly by: number;
}

export const mutations: fc.Arbitrary<Mutation[]> = fc.array(
  fc.record({
    kind: fc.constantFrom(
      "flip" as const,
      "flip" as const,
      "lose" as const,
      "repeat" as const,
      "insert" as const,
    ),
    at: fc.nat(),
    by: fc.nat(255),
  }),
  { minLength: 1, maxLength: 8 },
);

/** The bytes after what has befallen them. */
export function spoilt(bytes: Uint8Array, mutations: readonly Mutation[]): Uint8Array {
  return mutations.reduce((bytes, { kind, at: anywhere, by }) => {
    if (bytes.length === 0) return bytes;
    const at = anywhere % bytes.length;
    const [before, after] = [bytes.subarray(0, at), bytes.subarray(at)];
    switch (kind) {
      case "flip":
        return bytes.with(at, bytes[at] ^ (1 << (by & 7)));
      case "lose":
        return joined(before, after.subarray(by));
      case "repeat":
        return joined(before, after.subarray(0, by), after);
      case "insert":
        return joined(before, Uint8Array.of(by), after);
    }
  }, bytes);
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}
