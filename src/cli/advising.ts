import { CannotWrite } from "../system/atomic.ts";

/**
 * Does some work that writes where `option` says. Throws what it throws; `CannotWrite` then advises another place by that
 * option.
 */
export async function advising<T>(option: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof CannotWrite ? new CannotWrite(error.path, error.cause, option) : error;
  }
}
