// Where somebody is in a thread: at its end, where they stay whatever comes, or above it, where they are told of what came.

/** So near to the end counts as at it. */
const NEAR = 80;

export class Place {
  readonly scroller: HTMLElement;
  readonly #jump: HTMLButtonElement;
  readonly #growth: ResizeObserver;
  #atEnd = true;
  #missed = 0;

  constructor(frame: HTMLElement, log: HTMLElement) {
    this.scroller = frame.querySelector<HTMLElement>(".thread")!;
    this.#jump = frame.querySelector<HTMLButtonElement>("[data-jump]")!;
    this.scroller.addEventListener("scroll", () => this.look(), { passive: true });
    this.#jump.addEventListener("click", () => {
      this.toEnd();
      this.scroller.focus({ preventScroll: true });
    });
    // What grows later, such as a picture, leaves one where one is: at the end.
    this.#growth = new ResizeObserver(() => this.stay());
    for (const one of [log, this.scroller]) this.#growth.observe(one);
  }

  toEnd(): void {
    this.scroller.scrollTop = this.scroller.scrollHeight;
    this.#atEnd = true;
    this.#miss(-this.#missed);
  }

  /** So many came below: they are seen, or told of. */
  came(count: number): void {
    if (this.#atEnd) this.toEnd();
    else this.#miss(count);
  }

  /** Whoever is at the end stays there. */
  stay(): void {
    if (this.#atEnd) this.toEnd();
  }

  /** Something comes above, and what one reads stays where it is. */
  hold(change: () => void): void {
    const below = this.scroller.scrollHeight - this.scroller.scrollTop;
    change();
    if (!this.#atEnd) this.scroller.scrollTop = this.scroller.scrollHeight - below;
  }

  /** Let an element be `space` below the upper edge. */
  toTop(element: HTMLElement, space: number): void {
    this.scroller.scrollTop += element.getBoundingClientRect().top - this.scroller.getBoundingClientRect().top - space;
    this.look();
  }

  /** From now on one is not at the end, whatever it looks like. */
  away(): void {
    this.#atEnd = false;
  }

  look(): void {
    const { scrollHeight, scrollTop, clientHeight } = this.scroller;
    this.#atEnd = scrollHeight - scrollTop - clientHeight < NEAR;
    this.#miss(this.#atEnd ? -this.#missed : 0);
  }

  leave(): void {
    this.#growth.disconnect();
  }

  #miss(count: number): void {
    this.#missed += count;
    this.#jump.hidden = this.#atEnd;
    this.#jump.querySelector("[data-jump-words]")!.textContent = this.#missed ? `${this.#missed} new` : "Newest";
  }
}
