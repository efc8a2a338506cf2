// A form of fields: labelled, checked when it is sent, with each complaint beside what it is about.
import type { ComponentChildren } from "preact";
import { useId, useRef, useState } from "preact/hooks";
import { t } from "../languages/language.ts";
import { problems } from "../logic/fields.ts";
import type { Field, FieldProblem, Values } from "../logic/fields.ts";

interface InputProps {
  field: Field;
  id: string;
  value: string;
  complaint: string | undefined;
  change: (value: string) => void;
}

const AUTOCOMPLETE: Record<string, string> = { emailAddress: "email", fullName: "name", phoneNumber: "tel" };

function Input({ field, id, value, complaint, change }: InputProps) {
  const said = {
    id,
    name: field.name,
    "aria-required": field.required,
    "aria-invalid": !!complaint,
    ...(value && { dir: "auto" as const }),
    ...(complaint ? { "aria-describedby": `${id}-why` } : {}),
  };
  if (field.kind === "textarea") return <textarea {...said} rows={3} placeholder={field.placeholder} value={value} onInput={(event) => change(event.currentTarget.value)} />;
  if (field.kind === "select")
    return (
      <select {...said} value={value} onChange={(event) => change(event.currentTarget.value)}>
        <option value="">{field.placeholder || t("choose")}</option>
        {field.options.map((one) => (
          <option value={one.value}>{one.label}</option>
        ))}
      </select>
    );
  if (field.kind === "checkbox") return <input {...said} type="checkbox" checked={value === "true"} onChange={(event) => change(`${event.currentTarget.checked}`)} />;
  return (
    <input
      {...said}
      type={field.kind as "text"}
      autocomplete={AUTOCOMPLETE[field.name] ?? (field.kind === "email" ? "email" : "off")}
      placeholder={field.placeholder}
      value={value}
      onInput={(event) => change(event.currentTarget.value)}
    />
  );
}

const complaintOf = (field: Field, problem: FieldProblem | undefined): string | undefined => problem && (problem === "pattern" && field.cue ? field.cue : t(problem));

interface FieldsProps {
  fields: readonly Field[];
  button: string;
  submit: (values: Values) => void;
  busy?: boolean;
  children?: ComponentChildren;
}

export function Fields({ fields, button, submit, busy, children }: FieldsProps) {
  const id = useId();
  const form = useRef<HTMLFormElement>(null);
  const [values, setValues] = useState<Values>(() => Object.fromEntries(fields.map((one) => [one.name, one.initial])));
  const [wrong, setWrong] = useState<Record<string, FieldProblem>>({});
  const change = (name: string, value: string) => {
    setValues({ ...values, [name]: value });
    const { [name]: _, ...rest } = wrong;
    setWrong(rest);
  };
  const check = (event: Event) => {
    event.preventDefault();
    const found = problems(fields, values);
    setWrong(found);
    const first = fields.find((one) => found[one.name]);
    if (first) form.current?.querySelector<HTMLElement>(`[name="${CSS.escape(first.name)}"]`)?.focus();
    else if (!busy) submit(values);
  };
  return (
    <form class="fields" ref={form} noValidate onSubmit={check}>
      {fields.map((field) => {
        const own = `${id}-${field.name}`;
        const complaint = complaintOf(field, wrong[field.name]);
        return (
          <div class={`field is-${field.kind}`} key={field.name}>
            <label for={own} dir="auto">
              {field.label} {field.required && <abbr title={t("requiredMark")}>*</abbr>}
            </label>
            <Input field={field} id={own} value={values[field.name] ?? ""} complaint={complaint} change={(value) => change(field.name, value)} />
            {complaint && (
              <p class="why" id={`${own}-why`}>
                {complaint}
              </p>
            )}
          </div>
        );
      })}
      {children}
      <button type="submit" class="main" disabled={busy}>
        {button}
      </button>
    </form>
  );
}
