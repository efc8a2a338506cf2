// A conversation: its thread, what is to be known of it, and the place to write.
import { useState } from "preact/hooks";
import { t } from "../languages/language.ts";
import { inOffice } from "../logic/hours.ts";
import { Composer } from "./Composer.tsx";
import { useApp } from "./context.ts";
import { Header } from "./Header.tsx";
import { later } from "./later.tsx";
import { Thread } from "./Thread.tsx";

const Confirm = later(() => import("./Confirm.tsx").then((one) => one.Confirm));

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
