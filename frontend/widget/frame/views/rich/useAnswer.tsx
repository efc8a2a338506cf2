// Answering a message that asks.
import { useState } from "preact/hooks";
import { t } from "../../languages/language.ts";
import type { Message } from "../../model.ts";
import { useApp } from "../context.ts";

export interface RichProps {
  message: Message;
}

/** Sends an answer; says whether it is under way and whether it failed. */
export function useAnswer(message: Message) {
  const app = useApp();
  const [state, setState] = useState<"" | "busy" | "failed">("");
  const answer = (what: unknown) => {
    setState("busy");
    app.answer(message, what).then(
      () => setState(""),
      () => setState("failed"),
    );
  };
  const trouble = state === "failed" && (
    <p class="why" role="alert">
      {t("answerFailed")}
    </p>
  );
  return { answer, busy: state === "busy", trouble };
}
