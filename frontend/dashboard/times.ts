/** Seconds, and what so many are called. */
export const STEPS: [number, string][] = [[86_400, "d"], [3600, "h"], [60, "min"], [1, "s"]];

/** How long since or until an instant, as the server says it. */
export function ago(seconds: number): string {
  const passed = Math.abs(seconds);
  if (passed < 1 || (seconds >= 0 && seconds < 10)) return "just now";
  const [size, name] = STEPS.find(([step]) => passed >= step)!;
  const amount = `${Math.floor(passed / size)} ${name}`;
  return seconds > 0 ? `${amount} ago` : `in ${amount}`;
}

/** Keep what the page says of times true, and say them by the reader's own clock when asked for. */
export function tellTimes(): void {
  for (const shown of document.querySelectorAll<HTMLTimeElement>("time[datetime]")) {
    if (shown.hasAttribute("data-clock") && shown.title) continue; // said once, and true for good
    const instant = new Date(shown.dateTime);
    shown.title = instant.toLocaleString(undefined, { dateStyle: "medium", timeStyle: "medium" });
    const words = ago((Date.now() - instant.getTime()) / 1000);
    if (shown.hasAttribute("data-ago")) shown.textContent = shown.hasAttribute("data-brief") ? words.replace(/ ago$/, "") : words;
    else if (shown.hasAttribute("data-clock")) shown.textContent = instant.toLocaleTimeString(undefined, { hour: "2-digit", minute: "2-digit" });
    else shown.textContent = shown.title;
  }
}
