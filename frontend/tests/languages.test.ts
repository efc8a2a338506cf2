import assert from "node:assert/strict";
import { test } from "node:test";
import { language as ar } from "../widget/frame/languages/ar.ts";
import { language as de } from "../widget/frame/languages/de.ts";
import { en } from "../widget/frame/languages/en.ts";
import type { Key, Language } from "../widget/frame/languages/en.ts";
import { language as es } from "../widget/frame/languages/es.ts";
import { language as fr } from "../widget/frame/languages/fr.ts";
import { loadLanguage, nearest, t } from "../widget/frame/languages/language.ts";
import { language as pt_BR } from "../widget/frame/languages/pt_BR.ts";

const ALL: Record<string, Language> = { ar, de, es, fr, pt_BR };
const holes = (text: string) => [...text.matchAll(/\{\w+\}/g)].map((one) => one[0]).sort();

for (const [name, language] of Object.entries(ALL)) {
  test(`${name} says all that English says`, () => {
    for (const key of Object.keys(en) as Key[]) {
      const [there, here] = [en[key], language[key]];
      assert.ok(here, `${key} is missing`);
      if (typeof there === "string" && typeof here === "string") assert.deepEqual(holes(here), holes(there), key);
      else assert.equal(typeof here, typeof there, key);
    }
  });

  test(`${name} has a word for every plural it knows`, () => {
    const rules = new Intl.PluralRules(name.replace("_", "-")).resolvedOptions().pluralCategories;
    for (const rule of rules) assert.ok(language.newMessages[rule], rule);
  });
}

test("the language is the nearest one we speak", () => {
  const spoken = ["en", "de", "pt_BR", "ar"];
  for (const [wanted, found] of [["de-AT", "de"], ["DE", "de"], ["pt", "pt_BR"], ["pt-PT", "pt_BR"], ["pt_BR", "pt_BR"], ["ar-EG", "ar"], ["xx", "en"], ["", "en"], ["en-GB", "en"]] as const)
    assert.equal(nearest(wanted, spoken), found, wanted);
});

test("counts follow the language's own rules, and Arabic is read from the right", async () => {
  assert.equal(t("newMessages", { count: 1 }), "1 new message");
  assert.equal(t("newMessages", { count: 3 }), "3 new messages");
  assert.deepEqual(await loadLanguage("ar"), { lang: "ar", dir: "rtl" });
  assert.equal(t("newMessages", { count: 3 }), "3 رسائل جديدة");
  assert.equal(t("newMessages", { count: 2 }), "رسالتان جديدتان");
  assert.deepEqual(await loadLanguage("nowhere"), { lang: "en", dir: "ltr" });
});
