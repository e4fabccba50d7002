/** What TypeScript calls: each encodes or decodes the first so many values, or finds their distinct ones. */
export { packInt64, packLengths } from "./delta_blocks";
export { packCodes } from "./packed_codes";
export { findDistinct } from "./distinct_numbers";
export { partPresent } from "./present_numbers";
export { unpackInt64 } from "./unpacked_deltas";
export { unpackCodes } from "./unpacked_codes";
export { BOUNDS, CODES, DISTINCT, MOST_BYTES, MOST_VALUES, OUTPUT, VALUES } from "./page_memory";
