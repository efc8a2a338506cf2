// The language of the frame: English at once, any other when it is needed.
import { en } from "./en.ts";
import type { Key, Language } from "./en.ts";

const LATER: Record<string, () => Promise<{ language: Language }>> = {
  ar: () => import("./ar.ts"),
  de: () => import("./de.ts"),
  es: () => import("./es.ts"),
  fr: () => import("./fr.ts"),
  pt_BR: () => import("./pt_BR.ts"),
};
const RIGHT_TO_LEFT = ["ar", "fa", "he", "ur"];

let spoken: Language = en;
let tag = "en";
/** The visitor's own kind of it, by which dates and hours are written. */
let regional = "en";

/** The one we speak that is next to `locale`, such as `pt_BR` for `pt-PT`. */
export function nearest(locale: string, spoken: readonly string[]): string {
  const wanted = locale.replace("-", "_").toLowerCase();
  const base = wanted.split("_")[0];
  return spoken.find((one) => one.toLowerCase() === wanted) ?? spoken.find((one) => one.toLowerCase().split("_")[0] === base) ?? "en";
}

export async function loadLanguage(locale: string): Promise<{ lang: string; dir: "ltr" | "rtl" }> {
  const found = nearest(locale, ["en", ...Object.keys(LATER)]);
  try {
    spoken = found === "en" ? en : (await LATER[found]!()).language;
    tag = found.replace("_", "-");
    regional = navigator.languages?.find((one) => one.split("-")[0] === tag.split("-")[0]) ?? tag;
  } catch {
    // Out of reach: what is spoken now goes on being spoken.
  }
  return { lang: tag, dir: RIGHT_TO_LEFT.includes(tag.split("-")[0]!) ? "rtl" : "ltr" };
}

export const language = (): string => regional;

export function t(key: Key, values: Record<string, string | number> = {}): string {
  const found = spoken[key];
  const count = Number(values.count ?? 0);
  const text = typeof found === "string" ? found : (found[new Intl.PluralRules(tag).select(count)] ?? found.other);
  return text.replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ""));
}
