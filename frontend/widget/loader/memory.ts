// What the site's browser keeps for us: the session in the site's own cookie, and the rest for as long as the tab is there.
// Where the browser lets nobody keep anything, nothing is remembered, and all else works.

const YEAR = 31_536_000;

function maybe<Kept>(act: () => Kept): Kept | null {
  try {
    return act();
  } catch {
    return null;
  }
}

export const readSession = () => maybe(() => /(^|; )cw_conversation=([^;]+)/.exec(document.cookie)?.[2] || null);

/** Null forgets it. */
export function writeSession(token: string | null, domain?: string): void {
  const place = (domain ? `;domain=${domain}` : "") + (location.protocol === "https:" ? ";secure" : "");
  maybe(() => (document.cookie = `cw_conversation=${token};path=/;max-age=${token ? YEAR : 0};samesite=lax${place}`));
}

type What = "waiting" | "user";

export const recall = (what: What) => maybe(() => sessionStorage.getItem(`deskbell_${what}`));

export const keep = (what: What, value: string | null) => maybe(() => sessionStorage.setItem(`deskbell_${what}`, value || ""));
