import { STEPS } from "./times.ts";

/** How long is left, to the second: `23 h 59 min 4 s`. */
export function left(seconds: number): string {
  let rest = Math.max(0, Math.floor(seconds));
  const parts: string[] = [];
  for (const [size, name] of STEPS) {
    const amount = Math.floor(rest / size);
    rest -= amount * size;
    if (amount || parts.length || name === "s") parts.push(`${amount} ${name}`);
  }
  return parts.join(" ");
}

function tick(): void {
  for (const shown of document.querySelectorAll<HTMLTimeElement>("time[data-countdown]")) {
    const seconds = (Date.parse(shown.dateTime) - Date.now()) / 1000;
    shown.textContent = seconds > 0 ? left(seconds) : "no more";
  }
}

/** Let every `<time data-countdown>` say how long it is until then. Screen readers hear it when they come by, not by the second. */
export function countDown(): void {
  tick();
  setInterval(tick, 1000);
}
