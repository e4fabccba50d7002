/** JSON features that V8 has and TypeScript does not know yet: the source text of values. */
declare global {
  interface JSON {
    parse(
      text: string,
      reviver: (key: string, value: unknown, context: { source: string }) => unknown,
    ): unknown;
    rawJSON(text: string): RawJson;
    isRawJSON(value: unknown): value is RawJson;
  }
}

/** A number as it is written, with all digits; `JSON.stringify` writes it unchanged. */
export interface RawJson {
  readonly rawJSON: string;
}
