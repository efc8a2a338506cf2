// One message in the thread: somebody's, or one of ours that is on its way.
import { language, t } from "../languages/language.ts";
import type { Line } from "../logic/days.ts";
import { pieces } from "../logic/links.ts";
import { INCOMING } from "../model.ts";
import type { Message, Waiting } from "../model.ts";
import { Attachments } from "./Attachments.tsx";
import { Avatar } from "./Avatar.tsx";
import { useApp } from "./context.ts";
import { Icon } from "./Icon.tsx";
import { later } from "./later.tsx";
import { clock } from "./time.ts";

const Rich = later(() => import("./rich/Rich.tsx").then((one) => one.Rich));
const RICH: readonly string[] = ["input_select", "cards", "form", "article", "input_email", "input_csat"];

function Text({ text }: { text: string }) {
  return (
    <>
      {pieces(text).map(({ text: part, href }) =>
        href ? (
          <a href={href} target="_blank" rel="noopener noreferrer nofollow">
            {part}
          </a>
        ) : (
          part
        ),
      )}
    </>
  );
}

function Words({ message }: { message: Message }) {
  const { content, content_html, content_attributes } = message;
  if (content_attributes?.deleted) return <div class="words is-deleted">{t("deleted")}</div>;
  // The one HTML that is shown as HTML: rendered and sanitised by the server.
  if (content_html) return <div class="words is-html" dir="auto" dangerouslySetInnerHTML={{ __html: content_html }} />;
  if (!content) return null;
  return (
    <div class="words" dir="auto">
      <Text text={content} />
    </div>
  );
}

export function MessageLine({ line, isOwnLast, seen }: { line: Line; isOwnLast: boolean; seen: boolean }) {
  const { channel } = useApp().store.state;
  const { message, first, last } = line;
  const own = message.message_type === INCOMING;
  const name = own ? t("you") : message.sender?.name || channel.website_name;
  const url = message.sender ? message.sender.avatar_url || message.sender.thumbnail : channel.avatar_url;
  const isRich = RICH.includes(message.content_type);
  return (
    <div class={`line ${own ? "is-own" : "is-theirs"}${first ? " is-first" : ""}${last ? " is-last" : ""}`}>
      {!own && <Avatar name={name} url={url} />}
      <div class="said">
        {own ? <span class="hidden">{name}</span> : first ? <p class="name">{name}</p> : null}
        {!(isRich && message.content_type === "input_csat") && <Words message={message} />}
        {message.attachments && <Attachments files={message.attachments} />}
        {isRich && <Rich message={message} />}
        {(last || isOwnLast) && (
          <p class="meta">
            <time>{clock(message.created_at, language())}</time>
            {isOwnLast && ` · ${t(seen ? "seen" : "sent")}`}
          </p>
        )}
      </div>
    </div>
  );
}

function Failed({ one }: { one: Waiting }) {
  const { outbox } = useApp();
  return (
    <p class="meta is-failed" role="alert">
      <Icon name="alert" /> {t("failed")}
      {one.error && `: ${one.error === "fileType" ? t(one.error, { name: one.files.map((file) => file.name).join(", ") }) : one.error}`}
      <button type="button" onClick={() => outbox.retry(one.key)}>
        {t("retry")}
      </button>
      <button type="button" onClick={() => outbox.remove(one.key)}>
        {t("remove")}
      </button>
    </p>
  );
}

export function WaitingLine({ one }: { one: Waiting }) {
  const progress = one.progress !== undefined && one.files.length > 0 && one.state === "sending";
  return (
    <div class="line is-own is-first is-last is-waiting">
      <div class="said">
        {one.content && (
          <div class="words" dir="auto">
            <Text text={one.content} />
          </div>
        )}
        {one.files.map((file) => (
          <span class="file">
            <Icon name="file" /> <span class="file-name">{file.name}</span>
          </span>
        ))}
        {progress && <progress value={one.progress} max={1} aria-label={t("sending")} />}
        {one.state === "failed" ? (
          <Failed one={one} />
        ) : (
          <p class="meta">
            <Icon name="clock" /> {one.error === "tooFast" ? t("tooFast") : t(one.state === "sending" ? "sending" : "waiting")}
          </p>
        )}
      </div>
    </div>
  );
}
