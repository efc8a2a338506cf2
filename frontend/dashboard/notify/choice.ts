// What this browser should do when a visitor writes: nothing, unless somebody chose it.
import { keep, kept } from "../kept.ts";

export const KINDS = ["desktop", "sound"] as const;
export type Kind = (typeof KINDS)[number];

const KEY = "deskbell_notify";

export function isChosen(kind: Kind): boolean {
  return (kept(KEY) ?? "").split(" ").includes(kind);
}

export function choose(kind: Kind, on: boolean): void {
  const chosen = KINDS.filter((one) => (one === kind ? on : isChosen(one)));
  keep(KEY, chosen.length ? chosen.join(" ") : null);
}

/** Whether this browser shows notifications, or might if it were asked. */
export function permission(): NotificationPermission | "none" {
  return "Notification" in window ? Notification.permission : "none";
}
