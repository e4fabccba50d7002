/**
 * Where a file is kept when another takes its place: `PATH.damaged-20260902T030405Z` for `PATH.damaged`, with `now` in
 * milliseconds since 1970, followed by `-2`, `-3`, … when that is `taken`. Two may come within one second, or the clock
 * may have been set back.
 */
export function stampedPath(path: string, now: number, taken: (path: string) => boolean): string {
  const stamped = `${path}-${new Date(now).toISOString().replaceAll(/[-:]|\.\d+/g, "")}`;
  for (let count = 1;; count++) {
    const candidate = count === 1 ? stamped : `${stamped}-${count}`;
    if (!taken(candidate)) return candidate;
  }
}
