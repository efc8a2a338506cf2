// The shortcuts there are, and what a row of keys means. What a page adds, it declares with `data-key`.

export interface Shortcut {
  /** One key, or two that come one after the other: `g c`. */
  keys: string;
  words: string;
  group: string;
  /** What is clicked or focused where nothing on the page is declared to be it. */
  find?: string;
}

const EVERYWHERE = "Everywhere";
export const PLACES = "Go to";

export const TABLE: Shortcut[] = [
  { keys: "Ctrl K", words: "Go anywhere, do anything", group: EVERYWHERE },
  { keys: "/", words: "Search", group: EVERYWHERE, find: '#main input[type="search"]' },
  { keys: "Escape", words: "Leave a field, close, go back", group: EVERYWHERE, find: "#conversation .talk-back" },
  { keys: "?", words: "Show these shortcuts", group: EVERYWHERE },
  { keys: "j", words: "Next conversation", group: "In the list" },
  { keys: "k", words: "Previous conversation", group: "In the list" },
  { keys: "Enter", words: "Open it", group: "In the list" },
  { keys: "r", words: "Reply", group: "In a conversation", find: "#composer textarea" },
  { keys: "n", words: "Write a private note", group: "In a conversation" },
  { keys: "e", words: "Resolve or open again", group: "In a conversation" },
  { keys: "s", words: "Snooze", group: "In a conversation" },
  { keys: "a", words: "Assign", group: "In a conversation" },
];

/** How long after the first of two keys the second may come. */
const TOGETHER = 1500;

/** Makes shortcuts of keys. */
export class Keys {
  #before = "";
  #at = 0;

  /** The shortcut that this key completes, of those there are; null where it completes none. */
  press(key: string, known: Iterable<string>, now = Date.now()): string | null {
    const all = [...known];
    const both = this.#before && now - this.#at < TOGETHER ? `${this.#before} ${key}` : key;
    this.#before = "";
    if (all.includes(both)) return both;
    if (all.some((one) => one.startsWith(`${key} `))) {
      this.#before = key;
      this.#at = now;
      return null;
    }
    return both !== key && all.includes(key) ? key : null;
  }
}

/** The rows of the sheet, group by group: the table's, and what the page declares besides. */
export function sheet(declared: Shortcut[]): Map<string, Shortcut[]> {
  const rows = new Map<string, Shortcut[]>([[EVERYWHERE, []], [PLACES, []]]);
  const known = new Set(TABLE.map(({ keys }) => keys));
  for (const one of [...TABLE, ...declared]) {
    if (!TABLE.includes(one)) {
      if (known.has(one.keys)) continue;
      known.add(one.keys);
    }
    rows.set(one.group, [...(rows.get(one.group) ?? []), one]);
  }
  for (const [group, found] of rows) if (!found.length) rows.delete(group);
  return rows;
}
