// What the page came with, and what it needs to know when it stands by itself.
import type { Channel } from "./model.ts";

export interface Configuration {
  website_token: string;
  /** Of the site's page; null where this is a window of its own. */
  origin: string | null;
  locale: string;
  channel: Channel;
  cable: string;
}

export function readConfiguration(): Configuration | null {
  try {
    return JSON.parse(document.getElementById("deskbell")?.textContent ?? "") as Configuration;
  } catch {
    return null;
  }
}

const key = (websiteToken: string) => `deskbell_session_${websiteToken}`;

/** A window of its own goes on with the session it was opened with; it stands behind `#`, which nobody logs. */
export function ownSession(websiteToken: string): string | null {
  const handed = location.hash.slice(1);
  if (handed) {
    history.replaceState(null, "", location.pathname + location.search);
    keepOwnSession(websiteToken, handed);
  }
  try {
    return handed || localStorage.getItem(key(websiteToken));
  } catch {
    return null; // the browser lets nobody keep anything
  }
}

export function keepOwnSession(websiteToken: string, token: string | null): void {
  try {
    if (token) localStorage.setItem(key(websiteToken), token);
    else localStorage.removeItem(key(websiteToken));
  } catch {
    // It lasts as long as the window.
  }
}
