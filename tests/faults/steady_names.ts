/**
 * Preloaded into the program where strace must know the paths of its temporary files beforehand: their random part is
 * the same in each run. Two files never have the same name at the same time, as it also tells what they become.
 */
crypto.randomUUID = () => "00000000-0000-4000-8000-000000000000";

/** Nothing is preloaded into a thread: it begins with this module, which then becomes the one that was asked for. */
globalThis.Worker = class extends Worker {
  constructor(module: string | URL, options?: WorkerOptions) {
    super(`${import.meta.url}#${module}`, options);
  }
};
const asked = new URL(import.meta.url).hash.slice(1);
if (asked !== "") await import(asked);
