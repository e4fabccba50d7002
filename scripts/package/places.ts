/** Where things lie that a package brings, and that others speak of. */

/** What the service collects, and how. */
export const SETTINGS = "/etc/xetra-parqed/xetra-parqed.conf";
export const DOCS = "/usr/share/doc/xetra-parqed";
