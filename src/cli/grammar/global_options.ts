/** Minimum levels of the log, as the command line names them. */
export const LEVELS = ["DEBUG", "INFO", "WARNING", "ERROR"] as const;

/** Options that hold for every command, before and after its name. */
export interface GlobalOptions {
  readonly wrkDir: string;
  readonly logLevel: typeof LEVELS[number];
  readonly logFile?: string;
  /** Bytes; `Infinity` leaves the rotation to others. */
  readonly logRotateSize?: number;
  readonly logKeepDays?: number;
  readonly quiet?: true;
  readonly systemTimezone?: string;
}

/** Options of the commands that ask the exchange. */
export interface ExchangeOptions {
  readonly apiUrl?: URL;
}

export interface JsonOption {
  readonly json?: true;
}
