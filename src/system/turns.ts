/** Lets one piece of work be under way at a time. */
export class Turns {
  #last: Promise<unknown> = Promise.resolve();

  /** What `work` returns, or throws, once all that came before has ended. */
  take<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(work);
    this.#last = turn.catch(() => {}); // its own caller hears of it
    return turn;
  }
}
