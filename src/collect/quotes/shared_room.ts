import { hasRoom, type Room, roomFor } from "./room.ts";

/**
 * The room on the disk that is shared by venues whose cycles run side by side: each sees the same free bytes, and they
 * may not all take them.
 */
export class SharedRoom {
  /** In bytes. What is written of it already counts twice until it is given back: that is on the safe side. */
  #promised = 0;
  #givenBack = Promise.withResolvers<void>();

  /**
   * Room for what is wanted, to be given back (disposed of) when that is stored; null when there is none although no other
   * venue holds any. Waits while others hold room that is lacking, and then calls `look` again, so a caller must hold none
   * itself. Throws the signal's reason.
   */
  async take(look: () => Omit<Room, "promised">, signal: AbortSignal): Promise<Disposable | null> {
    while (true) {
      signal.throwIfAborted();
      const room = { ...look(), promised: this.#promised };
      if (hasRoom(room)) return this.#promise(roomFor(room.wanted));
      if (room.promised === 0) return null;
      await this.#givenBack.promise;
    }
  }

  #promise(bytes: number): Disposable {
    this.#promised += bytes;
    return {
      [Symbol.dispose]: () => {
        this.#promised -= bytes;
        this.#givenBack.resolve();
        this.#givenBack = Promise.withResolvers<void>();
      },
    };
  }
}
