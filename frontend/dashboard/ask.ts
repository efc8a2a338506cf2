// Fragments that a script of ours asks for, as htmx asks for its own.

const LONGEST = 30_000;

/** The markup, or null where there is none: no network, no leave, nothing there. */
export async function ask(url: string): Promise<string | null> {
  try {
    const answer = await fetch(url, { headers: { "HX-Request": "true" }, signal: AbortSignal.timeout(LONGEST) });
    return answer.ok && !answer.headers.has("HX-Redirect") ? await answer.text() : null;
  } catch {
    return null;
  }
}

/** Send a form that has no answer worth showing; says whether it was taken. */
export async function send(url: string, fields: Record<string, string>, csrf: string, keepalive = false): Promise<boolean> {
  try {
    const headers = { "HX-Request": "true", "X-CSRF-Token": csrf };
    const answer = await fetch(url, { method: "POST", headers, body: new URLSearchParams(fields), keepalive, signal: AbortSignal.timeout(LONGEST) });
    return answer.ok && !answer.headers.has("HX-Redirect");
  } catch {
    return false;
  }
}

/** What proves that a change comes from this page. */
export function csrfToken(): string {
  return document.querySelector<HTMLInputElement>('input[name="csrf_token"]')?.value ?? "";
}
