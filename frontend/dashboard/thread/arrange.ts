// What stands between messages: days by the reader's own clock, where the unread ones begin, and who goes on speaking.

/** How soon one speaker's next message counts as going on. */
const TOGETHER = 5 * 60_000;
const DAY = 86_400_000;

export interface Line {
  kind: string;
  /** Empty for lines that nobody says. */
  speaker: string;
  /** Milliseconds since the epoch. */
  at: number;
}

export interface Placed {
  follows: boolean;
  /** The day to name before it. */
  day: string | null;
  /** The first that was unread. */
  unread: boolean;
}

/** Where each message stands among those before it. `nameOf` tells the day of an instant. */
export function arrange(lines: readonly Line[], nameOf: (at: number) => string, unreadSince?: number): Placed[] {
  let marked = unreadSince === undefined;
  return lines.map((line, place) => {
    const before = lines[place - 1];
    const day = nameOf(line.at);
    const isNew = !before || nameOf(before.at) !== day;
    const unread = !marked && line.kind === "incoming" && line.at > unreadSince!;
    marked ||= unread;
    const goesOn = !!before && before.speaker === line.speaker && line.speaker !== "" && line.at - before.at <= TOGETHER;
    return { follows: goesOn && !isNew && !unread, day: isNew ? day : null, unread };
  });
}

/** A day as people say it. */
export function dayName(at: number, now: number, locale?: string): string {
  const day = startOf(at);
  const today = startOf(now);
  if (day === today) return "Today";
  if (day === startOf(today - DAY / 2)) return "Yesterday";
  const sameYear = new Date(at).getFullYear() === new Date(now).getFullYear();
  return new Intl.DateTimeFormat(locale, { weekday: "long", day: "numeric", month: "long", ...(sameYear ? {} : { year: "numeric" }) }).format(at);
}

function startOf(at: number): number {
  return new Date(at).setHours(0, 0, 0, 0);
}

/** The ids of an answer's messages that a page does not show yet, in order. */
export function fresh(shown: ReadonlySet<number>, answered: readonly number[]): number[] {
  return [...new Set(answered)].filter((id) => !shown.has(id)).sort((one, other) => one - other);
}
