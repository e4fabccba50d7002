/** Minimum levels of the log, as the command line names them. */
export const LEVELS = ["DEBUG", "INFO", "WARNING", "ERROR"] as const;

/** Options of every command, allowed before and after its name. */
export interface GlobalOptions {
  readonly wrkDir: string;
  readonly logLevel: typeof LEVELS[number];
  readonly logFile?: string;
  /** In bytes; with `Infinity` the program does not rotate. */
  readonly logRotateSize?: number;
  readonly logKeepDays?: number;
  readonly quiet?: true;
  readonly systemTimezone?: string;
}

/** Options of the commands that make requests to the exchange. */
export interface ExchangeOptions {
  readonly apiUrl?: URL;
}

/** Of commands that look at trades, or at quotes. */
export interface QuotesOption {
  readonly quotes?: true;
}

export interface JsonOption {
  readonly json?: true;
}
