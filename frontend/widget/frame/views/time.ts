// Moments, as people in the visitor's language write them.
import { t } from "../languages/language.ts";
import { daysAgo } from "../logic/days.ts";

export const clock = (seconds: number, tag: string): string => new Intl.DateTimeFormat(tag, { hour: "numeric", minute: "2-digit" }).format(new Date(seconds * 1000));

/** When somebody is there again, by the visitor's own clock. */
export function back(seconds: number, tag: string): string {
  const then = new Date(seconds * 1000);
  const isToday = daysAgo(then, new Date()) === 0;
  return t(isToday ? "backAt" : "backOn", { day: new Intl.DateTimeFormat(tag, { weekday: "long" }).format(then), time: clock(seconds, tag) });
}

export function day(seconds: number, tag: string): string {
  const then = new Date(seconds * 1000);
  const ago = daysAgo(then, new Date());
  if (ago <= 0) return t("today");
  if (ago === 1) return t("yesterday");
  return new Intl.DateTimeFormat(tag, ago < 7 ? { weekday: "long" } : { day: "numeric", month: "long", year: "numeric" }).format(then);
}
