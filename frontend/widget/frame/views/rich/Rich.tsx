// Messages that ask or show more than text. Each shows what was answered once it is.
import { t } from "../../languages/language.ts";
import { formFields } from "../../logic/fields.ts";
import { safeHref } from "../../logic/links.ts";
import type { CardAction, Item, Message } from "../../model.ts";
import { useApp } from "../context.ts";
import { Fields } from "../Fields.tsx";
import { Icon } from "../Icon.tsx";
import { Survey } from "./Survey.tsx";
import { useAnswer } from "./useAnswer.tsx";
import type { RichProps } from "./useAnswer.tsx";

interface Submitted {
  title?: string;
  name?: string;
  value?: unknown;
}

/** An answer as it was chosen: by its label, where there were options. */
function shown(one: Submitted, items: Item[] | undefined): { title: string; value: string } {
  const item = items?.find((item) => item.name === one.name);
  const value = String(one.value ?? "");
  return { title: one.title || item?.label || one.name || "", value: item?.options?.find((option) => option.value === value)?.label ?? value };
}

const submittedOf = (message: Message): Submitted[] => {
  const given = message.content_attributes.submitted_values;
  return Array.isArray(given) ? (given as Submitted[]) : [];
};

function Choice({ message }: RichProps) {
  const { answer, busy, trouble } = useAnswer(message);
  const chosen = submittedOf(message)[0];
  if (chosen)
    return (
      <p class="answered">
        <Icon name="check" /> {chosen.title ?? String(chosen.value ?? "")}
      </p>
    );
  return (
    <div class="choices" role="group" aria-label={message.content ?? ""}>
      {message.content_attributes.items?.map(({ title, value }) => (
        <button type="button" class="choice" disabled={busy} onClick={() => answer({ message: { submitted_values: [{ title, value }] } })}>
          {title}
        </button>
      ))}
      {trouble}
    </div>
  );
}

function Action({ action }: { action: CardAction }) {
  const app = useApp();
  const href = safeHref(action.uri);
  if (action.type === "link")
    return href ? (
      <a class="choice" href={href} target="_blank" rel="noopener noreferrer">
        {action.text}
      </a>
    ) : null;
  return (
    <button type="button" class="choice" onClick={() => app.tell({ event: "tell", name: "postback", detail: { payload: action.payload } })}>
      {action.text}
    </button>
  );
}

function Card({ item }: { item: Item }) {
  const picture = safeHref(item.media_url);
  return (
    <li class="rich-card">
      {picture && <img src={picture} alt="" loading="lazy" />}
      <div class="rich-card-words" dir="auto">
        {item.title && <h2>{item.title}</h2>}
        {item.description && <p>{item.description}</p>}
      </div>
      <div class="choices">
        {item.actions?.map((action) => (
          <Action action={action} />
        ))}
      </div>
    </li>
  );
}

const Cards = ({ message }: RichProps) => (
  <ul class="cards" tabIndex={0}>
    {message.content_attributes.items?.map((item) => (
      <Card item={item} />
    ))}
  </ul>
);

const Articles = ({ message }: RichProps) => (
  <ul class="articles">
    {message.content_attributes.items?.map(({ title, description, link }) => (
      <li>
        <a class="article" href={safeHref(link) ?? "#"} target="_blank" rel="noopener noreferrer" dir="auto">
          <strong>{title}</strong>
          {description && <span>{description}</span>}
          <em>{t("readMore")}</em>
        </a>
      </li>
    ))}
  </ul>
);

function Form({ message }: RichProps) {
  const { answer, busy, trouble } = useAnswer(message);
  const given = submittedOf(message);
  const items = message.content_attributes.items;
  const { success_message, button_label } = message.content_attributes;
  if (given.length)
    return (
      <div class="answered is-list">
        <dl>
          {given
            .map((one) => shown(one, items))
            .filter((one) => one.value)
            .map((one) => (
              <div>
                <dt>{one.title}</dt>
                <dd dir="auto">{one.value}</dd>
              </div>
            ))}
        </dl>
        <p>
          <Icon name="check" /> {success_message || t("answered")}
        </p>
      </div>
    );
  const fields = formFields(items);
  return (
    <div class="panel">
      <Fields
        fields={fields}
        button={button_label || t("submit")}
        busy={busy}
        submit={(values) => answer({ message: { submitted_values: fields.map(({ name, label }) => ({ name, title: label, value: values[name] ?? "" })) } })}
      >
        {trouble}
      </Fields>
    </div>
  );
}

function Email({ message }: RichProps) {
  const { answer, busy, trouble } = useAnswer(message);
  const given = message.content_attributes.submitted_email;
  if (given)
    return (
      <p class="answered">
        <Icon name="check" /> {given}
      </p>
    );
  const field = { name: "email", kind: "email", label: t("emailAsk"), placeholder: "", required: true, options: [], initial: "" } as const;
  return (
    <div class="panel">
      <Fields fields={[{ ...field, options: [] }]} button={t("submit")} busy={busy} submit={(values) => answer({ contact: { email: (values.email ?? "").trim() } })}>
        {trouble}
      </Fields>
    </div>
  );
}

const VIEWS = { input_select: Choice, cards: Cards, form: Form, article: Articles, input_email: Email, input_csat: Survey };

export function Rich({ message }: RichProps) {
  const View = VIEWS[message.content_type as keyof typeof VIEWS];
  return <View message={message} />;
}
