// Whether somebody is there, and else when there is.
import { language, t } from "../languages/language.ts";
import { inOffice, isAvailable } from "../logic/hours.ts";
import type { State } from "../store.ts";
import { back } from "./time.ts";

export function statusOf({ channel, agents, settings }: State): { available: boolean; words: string } {
  const now = new Date();
  if (isAvailable(channel, agents, now)) return { available: true, words: settings.availableMessage || t("online") };
  const opens = !inOffice(channel, now) && channel.opens_at;
  return { available: false, words: settings.unavailableMessage || (opens && opens > now.getTime() / 1000 ? back(opens, language()) : t("away")) };
}
