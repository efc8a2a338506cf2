// Whether somebody is there, by the inbox's working hours and its agents' presence.
import type { Agent, Channel, WorkingDay } from "../model.ts";

const DAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];

function localTime(timezone: string, now: Date): { day: number; minutes: number } {
  const parts = new Intl.DateTimeFormat("en-US", { timeZone: timezone, weekday: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).formatToParts(now);
  const part = (type: string) => parts.find((one) => one.type === type)?.value ?? "";
  return { day: DAYS.indexOf(part("weekday")), minutes: Number(part("hour")) * 60 + Number(part("minute")) };
}

export function isOpenAt(week: readonly WorkingDay[], timezone: string, now: Date): boolean {
  let local;
  try {
    local = localTime(timezone, now);
  } catch {
    return true; // a timezone this browser does not know closes nobody's shop
  }
  const day = week.find((one) => one.day_of_week === local.day);
  if (!day || day.open_all_day) return true;
  if (day.closed_all_day) return false;
  const opens = (day.open_hour ?? 0) * 60 + (day.open_minutes ?? 0);
  const closes = (day.close_hour ?? 24) * 60 + (day.close_minutes ?? 0);
  return opens <= local.minutes && local.minutes < closes;
}

export function inOffice(channel: Channel, now: Date): boolean {
  return !channel.working_hours_enabled || !channel.working_hours || isOpenAt(channel.working_hours, channel.timezone, now);
}

export function isAvailable(channel: Channel, agents: readonly Agent[], now: Date): boolean {
  return inOffice(channel, now) && agents.some((one) => one.availability_status === "online");
}
