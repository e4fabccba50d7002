/** Paths of files in a package that other files mention. */

/** What the service collects, and how. */
export const SETTINGS = "/etc/xetra-parqed/xetra-parqed.conf";
export const DOCS = "/usr/share/doc/xetra-parqed";
