// How content the visitor is: a rating, and a word about it.
import { useId, useState } from "preact/hooks";
import { t } from "../../languages/language.ts";
import { Icon } from "../Icon.tsx";
import { useAnswer } from "./useAnswer.tsx";
import type { RichProps } from "./useAnswer.tsx";

const RATINGS = [1, 2, 3, 4, 5] as const;
const FACES = ["😞", "😕", "😐", "🙂", "😍"];

interface Response {
  rating?: number;
  feedback_message?: string;
}

function given(values: unknown): Response | undefined {
  return (values as { csat_survey_response?: Response } | undefined)?.csat_survey_response;
}

export function Survey({ message }: RichProps) {
  const { answer, busy, trouble } = useAnswer(message);
  const before = given(message.content_attributes.submitted_values);
  const [rating, setRating] = useState(before?.rating ?? 0);
  const [feedback, setFeedback] = useState(before?.feedback_message ?? "");
  const id = useId();
  const stars = message.content_attributes.display_type === "star";
  const send = (event: Event) => {
    event.preventDefault();
    answer({ message: { submitted_values: { csat_survey_response: { rating, feedback_message: feedback.trim() } } } });
  };
  if (before?.rating)
    return (
      <div class="survey">
        <p class="survey-face">{stars ? "⭐".repeat(before.rating) : FACES[before.rating - 1]}</p>
        <p>{t("answered")}</p>
      </div>
    );
  return (
    <form class="survey" onSubmit={send}>
      <fieldset>
        <legend dir="auto">{message.content || t("rate")}</legend>
        <div class={stars ? "ratings is-stars" : "ratings"}>
          {RATINGS.map((one) => (
            <label class={rating === one || (stars && rating > one) ? "is-chosen" : rating ? "is-other" : ""}>
              <input type="radio" name={id} value={one} checked={rating === one} aria-label={t(`rate${one}`)} onChange={() => setRating(one)} />
              {stars ? <Icon name="star" /> : <span aria-hidden="true">{FACES[one - 1]}</span>}
            </label>
          ))}
        </div>
      </fieldset>
      {rating > 0 && (
        <div class="fields">
          <label for={`${id}-more`}>{t("feedback")}</label>
          <textarea id={`${id}-more`} rows={3} dir="auto" value={feedback} onInput={(event) => setFeedback(event.currentTarget.value)} />
          {trouble}
          <button type="submit" class="main" disabled={busy}>
            {t("submit")}
          </button>
        </div>
      )}
    </form>
  );
}
