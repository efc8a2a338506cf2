// Which files may be sent. The server judges by their bytes; this spares the visitor an upload in vain.

const MEGABYTE = 1024 * 1024;
export const USUAL_LIMIT = 40 * MEGABYTE;
export const MOST = 15;

export const ACCEPTED =
  "image/png,image/jpeg,image/gif,image/webp,image/avif,image/bmp,image/heic,image/tiff,audio/*,video/*,.pdf,.txt,.csv,.md,.json,.rtf,.zip,.gz,.tar,.7z,.rar,.doc,.docx,.xls,.xlsx,.ppt,.pptx,.odt,.ods,.odp";

export type FileProblem = "fileTooLarge" | "fileEmpty" | "fileType" | "tooManyFiles";

interface Chosen {
  name: string;
  type: string;
  size: number;
}

export function isAccepted({ name, type }: Chosen, accepted = ACCEPTED): boolean {
  const kind = type.toLowerCase();
  const ending = name.toLowerCase();
  return accepted.split(",").some((one) => (one.startsWith(".") ? ending.endsWith(one) : one.endsWith("/*") ? kind.startsWith(one.slice(0, -1)) : kind === one));
}

export function problem(file: Chosen, already: number, limit = USUAL_LIMIT): FileProblem | null {
  if (already >= MOST) return "tooManyFiles";
  if (file.size === 0) return "fileEmpty";
  if (file.size > limit) return "fileTooLarge";
  return isAccepted(file) ? null : "fileType";
}

export function sizeText(bytes: number, locale?: string): string {
  const [amount, unit] = bytes < MEGABYTE ? [Math.max(1, Math.round(bytes / 1024)), "kilobyte"] : [bytes / MEGABYTE, "megabyte"];
  return new Intl.NumberFormat(locale, { style: "unit", unit, maximumFractionDigits: 1 }).format(amount as number);
}
