/** What may stand after an option, or as an argument: these words, a path, or what only the user knows. */
export type Completed = readonly string[] | "file" | "folder" | "anything";

export interface CompletedOption {
  /** `--wrk-dir` */
  readonly name: string;
  readonly description: string;
  /** Null when it takes no value. */
  readonly value: Completed | null;
}

export interface CompletedCommand {
  readonly name: string;
  readonly aliases: readonly string[];
  readonly description: string;
  /** Its own, besides the program's. */
  readonly options: readonly CompletedOption[];
  /** What its arguments may be. */
  readonly words: readonly string[];
}

/** What there is to complete. */
export interface Grammar {
  readonly program: string;
  /** Those that stand before and after a command. */
  readonly options: readonly CompletedOption[];
  readonly commands: readonly CompletedCommand[];
}
