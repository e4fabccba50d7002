/** The user that the service runs as by default, and to whom what it stores belongs. */
export const DEFAULT_USER = "xetra";
