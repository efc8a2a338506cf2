// A conversation: its thread, what is to be known of it, and the place to write.
import { useState } from "preact/hooks";
import { t } from "../languages/language.ts";
import { inOffice } from "../logic/hours.ts";
import { Composer } from "./Composer.tsx";
import { useApp } from "./context.ts";
import { Header } from "./Header.tsx";
import { Thread } from "./Thread.tsx";

function Banner() {
  const { online, channel } = useApp().store.state;
  if (!online) return <p class="banner is-warning" role="status">{t("offline")}</p>;
  if (inOffice(channel, new Date()) || !channel.out_of_office_message) return null;
  return <p class="banner" dir="auto">{channel.out_of_office_message}</p>;
}

function Ended() {
  const app = useApp();
  return (
    <div class="ended">
      <button type="button" class="main" onClick={() => app.startAnew()}>
        {t("startNew")}
      </button>
    </div>
  );
}

function Confirm({ done }: { done: () => void }) {
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

export function Chat() {
  const { conversation, channel, settings, anew } = useApp().store.state;
  const [asking, setAsking] = useState(false);
  const resolved = conversation?.status === "resolved" && !anew;
  const mayEnd = conversation && !resolved && settings.enableEndConversation !== false && channel.enabled_features.includes("end_conversation");
  return (
    <main class="chat">
      <Header end={mayEnd ? () => setAsking(true) : null} />
      <Banner />
      <Thread />
      {asking ? <Confirm done={() => setAsking(false)} /> : resolved && !channel.allow_messages_after_resolved ? <Ended /> : <Composer />}
    </main>
  );
}
