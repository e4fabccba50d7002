/** What packages say of themselves. */
export { NAME } from "../release/product.ts";

export const SUMMARY = "collector of Deutsche Börse's trades, as Parquet";
/** Lines of fewer than 80 characters. */
export const DESCRIPTION: readonly string[] = [
  "Collects every trade that Deutsche Börse publishes (Xetra, Börse Frankfurt,",
  "Tradegate, Eurex) and keeps it as Parquet. The exchange deletes its files",
  "after a day; a daemon fetches what is missing, and loses nothing.",
];
export const MAINTAINER = "The xetra-parqed authors <xetra-parqed@noreply.invalid>";
