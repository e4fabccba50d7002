/** Where in the source a line was logged. */
export interface Position {
  /** The path below `src/`, with dots: `collect.cycle`; for a file elsewhere its name. */
  readonly module: string;
  /** The name given by V8: `run`, `#publish`, `get size`; `<module>` outside any named function. */
  readonly function: string;
  readonly line: number;
}

const SOURCES = "/src/";

/**
 * The position of the code that called `callee`, which must be running: one stack frame, 4 to 9 µs. Positions refer to
 * the TypeScript source, also in a bundle with inline source maps.
 */
export function callerPosition(callee: (...args: never[]) => unknown): Position {
  const [frame] = framesAbove(callee, 1);
  return {
    module: moduleOf(frame?.getFileName() ?? "<unknown>"),
    function: frame?.getFunctionName() ?? "<module>",
    line: frame?.getLineNumber() ?? 0,
  };
}

/** `collect.cycle` for `file:///…/src/collect/cycle.ts`, also in a bundle or an executable. */
export function moduleOf(file: string): string {
  const sources = file.lastIndexOf(SOURCES);
  const path = sources < 0 ? file.slice(file.lastIndexOf("/") + 1) : file.slice(sources + SOURCES.length);
  return path.replace(/\.[cm]?[jt]s$/, "").replaceAll("/", ".");
}

/** V8 provides structured frames only to `Error.prepareStackTrace`, so that is replaced for a moment. */
function framesAbove(callee: (...args: never[]) => unknown, limit: number): NodeJS.CallSite[] {
  const { prepareStackTrace, stackTraceLimit } = Error;
  const trace: { stack?: NodeJS.CallSite[] } = {};
  try {
    Error.prepareStackTrace = (_, frames) => frames;
    Error.stackTraceLimit = limit;
    Error.captureStackTrace(trace, callee);
    return trace.stack ?? [];
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
    Error.prepareStackTrace = prepareStackTrace;
  }
}
