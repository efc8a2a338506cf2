// Whether the visitor means to end the conversation.
import { t } from "../languages/language.ts";
import { useApp } from "./context.ts";

export function Confirm({ done }: { done: () => void }) {
  const app = useApp();
  const end = () => {
    app.end().catch(() => {});
    done();
  };
  const focus = (button: HTMLButtonElement | null) => button?.focus();
  return (
    <div class="confirm" role="alertdialog" aria-label={t("endAsk")}>
      <p>{t("endAsk")}</p>
      <div>
        <button type="button" class="quiet" ref={focus} onClick={done}>
          {t("cancel")}
        </button>
        <button type="button" class="main" onClick={end}>
          {t("endYes")}
        </button>
      </div>
    </div>
  );
}
