// How much came that this agent would want to know of, while nobody looked at the page.
import { asksFor } from "./pokes.ts";
import type { Told } from "./pokes.ts";

export class Unseen {
  readonly userId: number;
  count = 0;
  #last = 0;

  constructor(userId: number) {
    this.userId = userId;
  }

  /** Something is told. A connection that is back tells what is known, too, and that counts once. */
  hear(told: Told, hidden: boolean): void {
    const known = told.number !== undefined && told.number <= this.#last;
    if (told.number !== undefined && !known) this.#last = told.number;
    if (hidden && !known && asksFor(told, this.userId)) this.count++;
  }

  /** Somebody looks. */
  seen(): void {
    this.count = 0;
  }
}
