// What the inbox asks before a conversation begins.
import { useEffect, useRef } from "preact/hooks";
import { t } from "../languages/language.ts";
import { preChatFields, toBegin } from "../logic/fields.ts";
import type { Field, Values } from "../logic/fields.ts";
import type { Key } from "../languages/en.ts";
import { useApp } from "./context.ts";
import { Fields } from "./Fields.tsx";
import { Header } from "./Header.tsx";

const MESSAGE = "message";
const STANDARD: readonly string[] = ["emailAddress", "fullName", "phoneNumber"];

/** What the visitor is known by already is not asked again. */
function unknown(fields: Field[], contact: { name: string; email: string | null; phone_number: string | null } | null): Field[] {
  return fields.filter((one) => !(one.name === "emailAddress" && contact?.email) && !(one.name === "phoneNumber" && contact?.phone_number));
}

export function PreChat() {
  const app = useApp();
  const box = useRef<HTMLDivElement>(null);
  const { channel, contact } = app.store.state;
  const asked = channel.pre_chat_form_options.pre_chat_fields ?? [];
  const fields = unknown(preChatFields(asked), contact).map((one) => ({ ...one, label: STANDARD.includes(one.name) && one.label === one.name ? t(one.name as Key) : one.label }));
  const message: Field = { name: MESSAGE, kind: "textarea", label: t("write").replace("…", "").trim(), placeholder: "", required: true, options: [], initial: "" };
  useEffect(() => {
    app.focus = () => box.current?.querySelector<HTMLElement>("input, select, textarea")?.focus({ preventScroll: true });
    app.focus();
  }, [app]);
  const submit = (values: Values) => {
    app.outbox.add((values[MESSAGE] ?? "").trim(), [], toBegin(asked, fields, values));
    app.show("chat");
  };
  return (
    <main class="chat">
      <Header end={null} />
      <div class="sheet" ref={box}>
        {channel.pre_chat_form_options.pre_chat_message && (
          <p class="intro" dir="auto">
            {channel.pre_chat_form_options.pre_chat_message}
          </p>
        )}
        <Fields fields={[...fields, message]} button={t("start")} submit={submit} />
      </div>
    </main>
  );
}
