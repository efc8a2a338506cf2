// What of the page's places and commands somebody means by a few letters.

/** How well words fit what was typed, 0 for not at all: each word typed begins one of them, or is within one. */
export function fit(words: string, typed: string): number {
  const whole = plain(words);
  const parts = plain(typed).split(" ").filter(Boolean);
  if (!parts.length) return 1;
  let sum = 0;
  for (const part of parts) {
    if (whole.startsWith(part)) sum += 4;
    else if (whole.includes(` ${part}`)) sum += 3;
    else if (part.length > 1 && whole.includes(part)) sum += 1;
    else return 0;
  }
  return sum / parts.length;
}

/** Those that fit, the best first, and otherwise in their order. */
export function best<Thing>(things: Thing[], wordsOf: (thing: Thing) => string, typed: string): Thing[] {
  return things
    .map((thing) => ({ thing, value: fit(wordsOf(thing), typed) }))
    .filter(({ value }) => value)
    .sort((one, other) => other.value - one.value)
    .map(({ thing }) => thing);
}

/** Without case, accents and spaces too many. */
function plain(text: string): string {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().replace(/\s+/g, " ").trim();
}
