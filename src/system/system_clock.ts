import type { Clock } from "./clock.ts";

/** The real clock; used only where collaborators are constructed. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  sleep: (millis, signal) =>
    new Promise((resolve, reject) => {
      signal.throwIfAborted();
      const wake = () => {
        signal.removeEventListener("abort", stop);
        resolve();
      };
      const timer = setTimeout(wake, millis);
      const stop = () => {
        clearTimeout(timer);
        reject(signal.reason);
      };
      signal.addEventListener("abort", stop, { once: true });
    }),
};
