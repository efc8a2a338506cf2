// The choice of notifications on one's profile. The browser is asked for its permission only by a click.
import { chime } from "./chime.ts";
import { choose, isChosen, permission } from "./choice.ts";
import type { Kind } from "./choice.ts";

const BLOCKED = "Your browser blocks notifications from here. Allow them in its settings for this site, and choose again.";
const DISMISSED = "Your browser was given no leave. Choose again to be asked again.";
const NONE = "This browser shows no notifications.";
const INSECURE = "Browsers show notifications only of sites with https.";

/** Show what was chosen, and take what is chosen. */
export function chooseNotifications(): void {
  for (const box of boxes()) box.addEventListener("change", () => void change(box));
  addEventListener("storage", showChoices);
  showChoices();
}

function boxes(): NodeListOf<HTMLInputElement> {
  return document.querySelectorAll<HTMLInputElement>("[data-notify-choice]");
}

const kindOf = (box: HTMLInputElement): Kind => (box.dataset["notifyChoice"] === "sound" ? "sound" : "desktop");

async function change(box: HTMLInputElement): Promise<void> {
  const kind = kindOf(box);
  if (box.checked && kind === "desktop" && permission() === "default") await Notification.requestPermission();
  choose(kind, box.checked && (kind === "sound" || permission() === "granted"));
  const refused = box.checked && !isChosen(kind);
  showChoices();
  say(refused ? why() : "");
  if (kind === "sound" && box.checked) await chime();
}

function showChoices(): void {
  for (const box of boxes()) box.checked = isChosen(kindOf(box)) && (kindOf(box) === "sound" || permission() === "granted");
}

function why(): string {
  if (!isSecureContext) return INSECURE;
  return { none: NONE, default: DISMISSED, denied: BLOCKED, granted: "" }[permission()];
}

function say(words: string): void {
  const place = document.querySelector("[data-notify-told]");
  if (place) place.textContent = words;
}
