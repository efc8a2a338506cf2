// The session's cookie: the site's own, so that it survives where third-party storage does not.

const YEAR = 31_536_000;

export function readSession(): string | null {
  return /(?:^|; )cw_conversation=([^;]+)/.exec(document.cookie)?.[1] || null;
}

/** Null forgets it. */
export function writeSession(token: string | null, domain?: string): void {
  const place = (domain ? `;domain=${domain}` : "") + (location.protocol === "https:" ? ";secure" : "");
  document.cookie = `cw_conversation=${token};path=/;max-age=${token ? YEAR : 0};samesite=lax${place}`;
}
