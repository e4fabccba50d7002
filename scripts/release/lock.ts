/** The part of deno.lock that a release describes. */

/** A package of npm that the lock pins. */
export interface LockedPackage {
  readonly name: string;
  readonly version: string;
  /** `sha512-…`, base64: what the registry's archive must have. */
  readonly integrity: string;
  /** Keys of other packages. */
  readonly needs: readonly string[];
}

/** An entry of the lock's `npm`; dependencies are keys, or names where only one version is locked. */
interface Entry {
  readonly integrity: string;
  readonly dependencies?: readonly string[];
  readonly optionalDependencies?: readonly string[];
}

/** Before a key's first `_`, after which its peers come. */
const KEY = /^(@?[^@]+)@([^_]+)/;

/** The packages of a lock's text by their keys, `commander@15.1.0`. Throws when it is not of version 5. */
export function lockedPackages(text: string): Map<string, LockedPackage> {
  const { version, npm } = JSON.parse(text) as { version: string; npm: Record<string, Entry> };
  if (version !== "5") throw new Error(`deno.lock is of version ${version}, and not 5`);
  const keys = Object.keys(npm);
  return new Map(keys.map((key) => {
    const { integrity, dependencies = [], optionalDependencies = [] } = npm[key];
    const [, name, version] = KEY.exec(key) ?? fail(`${key} is no package`);
    const needs = [...dependencies, ...optionalDependencies].map((needed) => keyOf(needed, keys));
    return [key, { name, version, integrity, needs }];
  }));
}

function keyOf(needed: string, keys: readonly string[]): string {
  return keys.find((key) => key === needed || KEY.exec(key)?.[1] === needed) ??
    fail(`${needed} is not locked`);
}

function fail(message: string): never {
  throw new Error(`deno.lock: ${message}`);
}
