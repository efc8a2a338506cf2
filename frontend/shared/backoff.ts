// When a lost connection is tried again: after 1 s, 2 s, 4 s … at most 30 s, and never all browsers at one moment.

const LONGEST = 30_000;

/** Milliseconds before the attempt after `failures` failed ones; `chance` is between 0 and 1. */
export function backoff(failures: number, chance = Math.random()): number {
  return Math.min(LONGEST, 1000 * 2 ** Math.min(failures, 16)) * (0.75 + chance / 4);
}
