/** What may follow an option or be an argument: one of these words, a path, or something that only the user knows. */
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
  /** Its own options, without the program's. */
  readonly options: readonly CompletedOption[];
  /** The possible values of its arguments. */
  readonly words: readonly string[];
}

/** What there is to complete. */
export interface Grammar {
  readonly program: string;
  /** Options that may stand before or after a command. */
  readonly options: readonly CompletedOption[];
  readonly commands: readonly CompletedCommand[];
}
