// Pokes gathered: each is told soon after it first came, and then once in a while, however often it comes.

/** So that what comes together is told once. */
const SOON = 60;

export class Gather<Thing> {
  readonly tell: (thing: Thing) => void;
  readonly pause: (thing: Thing) => number;
  #waiting = new Map<string, Thing>();
  #timers = new Map<string, ReturnType<typeof setTimeout>>();
  #told = new Map<string, number>();
  #held = false;

  /** `pause`: the milliseconds from one telling of a thing to its next. */
  constructor(tell: (thing: Thing) => void, pause: (thing: Thing) => number) {
    this.tell = tell;
    this.pause = pause;
  }

  /** Something came; what is the same by its key is one thing. */
  add(key: string, thing: Thing): void {
    this.#waiting.set(key, thing);
    if (this.#held || this.#timers.has(key)) return;
    const since = Date.now() - (this.#told.get(key) ?? -Infinity);
    this.#timers.set(key, setTimeout(() => this.#now(key), Math.max(SOON, this.pause(thing) - since)));
  }

  /** Tell nothing until `release`: nobody looks. */
  hold(): void {
    this.#held = true;
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
  }

  /** Tell what came meanwhile, each thing once. */
  release(): void {
    this.#held = false;
    for (const key of [...this.#waiting.keys()]) this.#now(key);
  }

  #now(key: string): void {
    const thing = this.#waiting.get(key);
    clearTimeout(this.#timers.get(key));
    this.#timers.delete(key);
    this.#waiting.delete(key);
    if (thing === undefined) return;
    this.#forget();
    this.#told.set(key, Date.now());
    this.tell(thing);
  }

  /** What was told long ago is told at once when it comes again. */
  #forget(): void {
    for (const [key, at] of this.#told) if (Date.now() - at > 60_000) this.#told.delete(key);
  }
}
