const YEAR = 365 * 24 * 3600;

/** Change the colours at once, and remember it for the server, which renders the next page in them. */
export function chooseTheme(event: SubmitEvent): void {
  event.preventDefault();
  const chosen = (event.submitter as HTMLButtonElement | null)?.value ?? "auto";
  document.documentElement.dataset["theme"] = chosen;
  document.cookie = `deskbell_theme=${chosen}; path=/app; max-age=${chosen === "auto" ? 0 : YEAR}; samesite=lax`;
  for (const button of (event.target as HTMLFormElement).querySelectorAll("button")) {
    button.setAttribute("aria-pressed", String(button.value === chosen));
  }
}
