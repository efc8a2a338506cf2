// What somebody is about to put in: a canned response, or a colleague's name. Plain text in, plain text out.

export interface Option {
  /** A short code; or `user/3`, `team/1`. */
  key: string;
  title: string;
  text: string;
}

export interface Trigger {
  kind: "canned" | "mention";
  /** Where its sign stands. */
  start: number;
  query: string;
}

/** What is asked for where one writes: `/` at the start or after a space, in notes `@`, too. */
export function triggerAt(text: string, caret: number, isNote: boolean): Trigger | null {
  const found = /(?:^|\s)([/@])([^\s/@]*)$/.exec(text.slice(0, caret));
  if (!found || (found[1] === "@" && !isNote)) return null;
  return { kind: found[1] === "/" ? "canned" : "mention", start: caret - found[2]!.length - 1, query: found[2]! };
}

/** Those that hold what is typed: first by how their key or name begins, then by what it holds, then by their text. */
export function matching(options: readonly Option[], { kind, query }: Trigger): Option[] {
  const wanted = query.toLowerCase();
  const rank = (one: Option): number => {
    const name = (kind === "canned" ? one.key : one.title).toLowerCase();
    if (name.startsWith(wanted)) return 0;
    if (name.includes(wanted)) return 1;
    return kind === "canned" && one.text.toLowerCase().includes(wanted) ? 2 : 3;
  };
  return options
    .map((one) => ({ one, rank: rank(one) }))
    .filter(({ rank }) => rank < 3)
    .sort((a, b) => a.rank - b.rank)
    .map(({ one }) => one);
}

/** A note's names as the server reads them: `@Vera` becomes a mention of Vera; of two with the same name, the one who was chosen. */
export function withMentions(text: string, options: readonly Option[], chosen: ReadonlyMap<string, string> = new Map()): string {
  const names = [...new Set(options.map(({ title }) => title))].filter(Boolean).sort((a, b) => b.length - a.length);
  if (!names.length) return text;
  const pattern = new RegExp(`(^|[\\s(])@(${names.map(escaped).join("|")})(?![\\p{L}\\p{N}])`, "gu");
  return text.replace(pattern, (_, before: string, name: string) => {
    const key = chosen.get(name) ?? options.find(({ title }) => title === name)!.key;
    return `${before}[@${name.replace(/[\\[\]]/g, "\\$&")}](mention://${key}/${encodeURIComponent(name).replace(/[()]/g, (one) => `%${one.charCodeAt(0).toString(16)}`)})`;
  });
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&"); // with the flag `u` nothing else may be escaped
}
