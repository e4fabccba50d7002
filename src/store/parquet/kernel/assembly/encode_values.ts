/** What TypeScript calls: each encodes the first so many values, or finds their distinct ones. */
export { packInt64, packLengths } from "./delta_blocks";
export { packCodes } from "./packed_codes";
export { findDistinct } from "./distinct_numbers";
export { CODES, DISTINCT, MOST_VALUES, OUTPUT, VALUES } from "./page_memory";
