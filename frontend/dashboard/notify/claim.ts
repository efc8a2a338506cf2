// Of all tabs, one tells: the first to claim a message. What a connection that is back tells again is claimed already.
import { keep, kept } from "../kept.ts";

/** Claims that are remembered. */
const REMEMBERED = 100;
/** Milliseconds in which every tab has heard of a message, and what one of them keeps has come to the others. */
const HELD = 30_000;

/** Whether this tab is the first to claim it. `name` is what the tabs have in common. */
export async function claim(name: string, key: string): Promise<boolean> {
  const claims = claimed(kept(name), key);
  if (claims === null || !(await isFirst(`${name} ${key}`))) return false;
  keep(name, claims);
  return true;
}

/** Browsers hand one lock to one tab, while what is kept takes them a moment to tell of. Without https there are no locks. */
function isFirst(name: string): Promise<boolean> {
  if (!("locks" in navigator)) return Promise.resolve(true);
  return new Promise((answer) => {
    void navigator.locks.request(name, { ifAvailable: true }, (lock) => {
      answer(lock !== null);
      return lock && new Promise((done) => setTimeout(done, HELD));
    });
  });
}

/** The claims with one more; null where it is among them. */
export function claimed(claims: string | null, key: string): string | null {
  const all = claims ? claims.split(" ") : [];
  return all.includes(key) ? null : [...all, key].slice(-REMEMBERED).join(" ");
}
