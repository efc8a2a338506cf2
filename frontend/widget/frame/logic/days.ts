// A thread as it is read: by day, and within a day by who speaks.
import { INCOMING } from "../model.ts";
import type { Message } from "../model.ts";

const PAUSE = 300;

export interface Line {
  message: Message;
  /** First of a day, or of what one person says in one go; last of it. */
  newDay: boolean;
  first: boolean;
  last: boolean;
}

const sameDay = (a: number, b: number) => new Date(a * 1000).toDateString() === new Date(b * 1000).toDateString();

const together = (a: Message, b: Message) =>
  (a.message_type === INCOMING) === (b.message_type === INCOMING) &&
  a.sender?.id === b.sender?.id &&
  b.created_at - a.created_at < PAUSE &&
  sameDay(a.created_at, b.created_at);

export function lines(messages: readonly Message[]): Line[] {
  return messages.map((message, place) => {
    const before = messages[place - 1];
    const after = messages[place + 1];
    return {
      message,
      newDay: !before || !sameDay(before.created_at, message.created_at),
      first: !before || !together(before, message),
      last: !after || !together(message, after),
    };
  });
}

/** Whole days from `then` to `now`, by the calendar. */
export function daysAgo(then: Date, now: Date): number {
  const midnight = (date: Date) => Date.UTC(date.getFullYear(), date.getMonth(), date.getDate());
  return Math.round((midnight(now) - midnight(then)) / 86_400_000);
}
