// What visitors are asked, and whether an answer will do: the pre-chat form's fields and those of forms in messages.
import type { Begin, Item, PreChatField } from "../model.ts";

export type FieldKind = "text" | "email" | "tel" | "textarea" | "select" | "checkbox" | "number" | "date" | "url";

export interface Field {
  name: string;
  kind: FieldKind;
  label: string;
  placeholder: string;
  required: boolean;
  options: { label: string; value: string }[];
  pattern?: string | undefined;
  cue?: string | undefined;
  initial: string;
}

export type Values = Record<string, string>;
export type FieldProblem = "required" | "email" | "phone" | "url" | "pattern";

const KINDS: Record<string, FieldKind> = {
  email: "email",
  tel: "tel",
  phone: "tel",
  text_area: "textarea",
  textarea: "textarea",
  select: "select",
  list: "select",
  checkbox: "checkbox",
  number: "number",
  date: "date",
  link: "url",
  url: "url",
};
const STANDARD: Record<string, string> = { emailAddress: "email", fullName: "name", phoneNumber: "phone_number" };
const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;
const PHONE = /^\+[1-9]\d{6,14}$/;

const kindOf = (name: string, type: string | undefined): FieldKind =>
  name === "phoneNumber" ? "tel" : name === "emailAddress" ? "email" : (KINDS[type ?? ""] ?? "text");

export const preChatFields = (fields: readonly PreChatField[] | undefined): Field[] =>
  (fields ?? [])
    .filter((one) => one.enabled)
    .map((one) => ({
      name: one.name,
      kind: kindOf(one.name, one.type),
      label: one.label || one.name,
      placeholder: one.placeholder ?? "",
      required: !!one.required,
      options: (one.values ?? []).map((value) => ({ label: value, value })),
      pattern: one.regex_pattern ?? undefined,
      cue: one.regex_cue ?? undefined,
      initial: "",
    }));

export const formFields = (items: readonly Item[] | undefined): Field[] =>
  (items ?? []).map((one, place) => ({
    name: one.name ?? `${place}`,
    kind: kindOf("", one.type),
    label: one.label ?? one.title ?? one.name ?? "",
    placeholder: one.placeholder ?? "",
    required: one.required !== false && one.required !== "false" && !(one.type === "checkbox" && one.required === undefined),
    options: one.options ?? [],
    pattern: one.pattern,
    cue: one.pattern_error,
    initial: one.default ?? "",
  }));

/** People write numbers with blanks, dots and brackets; `00` is how many dial `+`. */
export const plainPhone = (text: string): string => text.replace(/[\s().\-/]/g, "").replace(/^00/, "+");

/** A pattern somebody wrote as `/^a$/i` or `^a$`; one that is none asks for nothing. */
function matches(pattern: string, text: string): boolean {
  const written = /^\/(.*)\/([a-z]*)$/s.exec(pattern);
  try {
    return new RegExp(written?.[1] ?? pattern, written?.[2]?.replace(/[gy]/g, "")).test(text);
  } catch {
    return true;
  }
}

export function problemOf(field: Field, value: string | undefined): FieldProblem | null {
  const text = (value ?? "").trim();
  if (!text || (field.kind === "checkbox" && text !== "true")) return field.required ? "required" : null;
  if (field.kind === "email" && !EMAIL.test(text)) return "email";
  if (field.kind === "tel" && !PHONE.test(plainPhone(text))) return "phone";
  if (field.kind === "url" && !/^https?:\/\/[^\s.]+\.[^\s]+$/i.test(text)) return "url";
  return field.pattern && !matches(field.pattern, text) ? "pattern" : null;
}

export function problems(fields: readonly Field[], values: Values): Record<string, FieldProblem> {
  const found = fields.map((field) => [field.name, problemOf(field, values[field.name])] as const);
  return Object.fromEntries(found.filter((one): one is readonly [string, FieldProblem] => one[1] !== null));
}

const typed = (kind: FieldKind, text: string): unknown => (kind === "checkbox" ? text === "true" : kind === "number" ? Number(text) : kind === "tel" ? plainPhone(text) : text);

/** The answers to a pre-chat form, each where it belongs: with the contact or with the conversation. */
export function toBegin(asked: readonly PreChatField[], fields: readonly Field[], values: Values): Begin {
  const contact: Record<string, unknown> = {};
  const ofContact: Record<string, unknown> = {};
  const ofConversation: Record<string, unknown> = {};
  for (const field of fields) {
    const text = (values[field.name] ?? "").trim();
    if (!text) continue;
    const value = typed(field.kind, text);
    const place = asked.find((one) => one.name === field.name)?.field_type;
    const standard = STANDARD[field.name];
    if (standard) contact[standard] = value;
    else if (place === "contact_attribute") ofContact[field.name] = value;
    else ofConversation[field.name] = value;
  }
  if (Object.keys(ofContact).length) contact.custom_attributes = ofContact;
  return { contact, custom_attributes: ofConversation };
}
