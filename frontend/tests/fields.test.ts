import assert from "node:assert/strict";
import { test } from "node:test";
import { formFields, plainPhone, preChatFields, problemOf, problems, toBegin } from "../widget/frame/logic/fields.ts";
import type { Field } from "../widget/frame/logic/fields.ts";

const field = (more: Partial<Field>): Field => ({ name: "x", kind: "text", label: "X", placeholder: "", required: false, options: [], initial: "", ...more });
const ASKED = [
  { name: "emailAddress", type: "email", label: "Email", required: true, enabled: true, field_type: "standard" as const },
  { name: "fullName", type: "text", label: "Name", required: false, enabled: true, field_type: "standard" as const },
  { name: "phoneNumber", type: "text", label: "Phone", required: false, enabled: true, field_type: "standard" as const },
  { name: "plan", type: "list", label: "Plan", values: ["free", "paid"], enabled: true, field_type: "contact_attribute" as const },
  { name: "seats", type: "number", label: "Seats", enabled: true, field_type: "conversation_attribute" as const },
  { name: "news", type: "checkbox", label: "News", enabled: true, field_type: "conversation_attribute" as const },
  { name: "old", type: "text", label: "Old", enabled: false },
];

test("only enabled fields are asked, as what they are", () => {
  const fields = preChatFields(ASKED);
  assert.deepEqual(
    fields.map(({ name, kind }) => `${name}:${kind}`),
    ["emailAddress:email", "fullName:text", "phoneNumber:tel", "plan:select", "seats:number", "news:checkbox"],
  );
  assert.deepEqual(preChatFields(undefined), []);
});

test("answers go where they belong", () => {
  const values = { emailAddress: " a@example.com ", fullName: "Ada", phoneNumber: "0044 20 7946-0000", plan: "paid", seats: "3", news: "true" };
  assert.deepEqual(toBegin(ASKED, preChatFields(ASKED), values), {
    contact: { email: "a@example.com", name: "Ada", phone_number: "+442079460000", custom_attributes: { plan: "paid" } },
    custom_attributes: { seats: 3, news: true },
  });
});

test("what was left blank is not sent", () => {
  assert.deepEqual(toBegin(ASKED, preChatFields(ASKED), { emailAddress: "a@example.com", fullName: "  " }), { contact: { email: "a@example.com" }, custom_attributes: {} });
});

test("every wrong field is named at once", () => {
  assert.deepEqual(problems(preChatFields(ASKED), { emailAddress: "a@", phoneNumber: "12" }), { emailAddress: "email", phoneNumber: "phone" });
});

test("a required field needs more than blanks, a required tick needs to be set", () => {
  assert.equal(problemOf(field({ required: true }), "  "), "required");
  assert.equal(problemOf(field({ required: true, kind: "checkbox" }), "false"), "required");
  assert.equal(problemOf(field({ required: true, kind: "checkbox" }), "true"), null);
  assert.equal(problemOf(field({ kind: "email" }), ""), null);
});

test("patterns are asked with or without slashes, and one that is none asks for nothing", () => {
  assert.equal(problemOf(field({ pattern: "^[0-9]+$" }), "12x"), "pattern");
  assert.equal(problemOf(field({ pattern: "/^[a-z]+$/i" }), "ABC"), null);
  assert.equal(problemOf(field({ pattern: "/^a$/g" }), "b"), "pattern");
  assert.equal(problemOf(field({ pattern: "([" }), "b"), null);
});

test("numbers are understood as people write them", () => {
  assert.equal(plainPhone("+49 (30) 123-45.67"), "+49301234567");
  assert.equal(problemOf(field({ kind: "tel" }), "+49 (30) 123-45.67"), null);
  assert.equal(problemOf(field({ kind: "tel" }), "030 1234567"), "phone");
});

test("a form's fields are required unless it says otherwise", () => {
  const [street, note, tick] = formFields([{ name: "street", type: "text" }, { name: "note", type: "text_area", required: false }, { name: "tick", type: "checkbox" }]);
  assert.deepEqual([street?.required, note?.required, tick?.required], [true, false, false]);
  assert.equal(note?.kind, "textarea");
});
