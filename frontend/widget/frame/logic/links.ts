// Addresses within plain text, and which of them may be followed.

export interface Piece {
  text: string;
  href?: string;
}

const ADDRESS = /\bhttps?:\/\/[^\s<>"']+/gi;
/** What ends a sentence is no part of the address in it. */
const TRAILING = /[.,;:!?)\]}]+$/;

/** An address that is safe to follow; null for any other, such as `javascript:`. */
export function safeHref(address: string | undefined | null): string | null {
  try {
    const url = new URL(address ?? "");
    return ["http:", "https:", "mailto:", "tel:"].includes(url.protocol) ? url.href : null;
  } catch {
    return null;
  }
}

export function pieces(text: string): Piece[] {
  const found: Piece[] = [];
  let from = 0;
  for (const match of text.matchAll(ADDRESS)) {
    const address = match[0].replace(TRAILING, "");
    const href = safeHref(address);
    if (!href) continue;
    if (match.index > from) found.push({ text: text.slice(from, match.index) });
    found.push({ text: address, href });
    from = match.index + address.length;
  }
  if (from < text.length) found.push({ text: text.slice(from) });
  return found;
}

/** Markdown's marks taken out, for where a line of plain text is shown. */
export const withoutMarks = (text: string): string => text.replace(/!?\[([^\]]*)\]\([^)]*\)/g, "$1").replace(/(\*\*|__|~~|`)(.+?)\1/g, "$2");
