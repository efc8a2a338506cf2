// Where the visitor writes: Enter sends, Shift+Enter begins a line; files by button, drop or paste.
import { useEffect, useRef, useState } from "preact/hooks";
import { language, t } from "../languages/language.ts";
import { ACCEPTED, sizeText, USUAL_LIMIT } from "../../../shared/files.ts";
import { useApp } from "./context.ts";
import { Icon } from "./Icon.tsx";
import { later } from "./later.tsx";
import { useDrop, useFiles } from "./useFiles.ts";

const Emoji = later(() => import("./Emoji.tsx").then((one) => one.Emoji));

function grow(area: HTMLTextAreaElement): void {
  area.style.setProperty("height", "auto");
  area.style.setProperty("height", `${Math.min(area.scrollHeight, 140)}px`);
}

function Chosen({ files, remove }: { files: readonly File[]; remove: (file: File) => void }) {
  return (
    <ul class="chosen">
      {files.map((file) => (
        <li class="file">
          <Icon name="file" />
          <span class="file-name">
            {file.name} <small>{sizeText(file.size, language())}</small>
          </span>
          <button type="button" class="plain" aria-label={t("removeFile", { name: file.name })} onClick={() => remove(file)}>
            <Icon name="close" />
          </button>
        </li>
      ))}
    </ul>
  );
}

function Attach({ add }: { add: (files: Iterable<File>) => void }) {
  const picker = useRef<HTMLInputElement>(null);
  const chosen = (input: HTMLInputElement) => {
    add(input.files ?? []);
    input.value = ""; // the same file may be chosen again
  };
  return (
    <>
      <button type="button" class="plain" aria-label={t("attach")} onClick={() => picker.current?.click()}>
        <Icon name="clip" />
      </button>
      <input ref={picker} type="file" multiple hidden accept={ACCEPTED} aria-label={t("attach")} onChange={(event) => chosen(event.currentTarget)} />
    </>
  );
}

export function Composer() {
  const app = useApp();
  const { channel, settings, anew } = app.store.state;
  const area = useRef<HTMLTextAreaElement>(null);
  const [text, setText] = useState("");
  const [picking, setPicking] = useState(false);
  const mayAttach = !anew && settings.enableFileUpload !== false && channel.enabled_features.includes("attachments");
  const mayPick = settings.enableEmojiPicker !== false && channel.enabled_features.includes("emoji_picker");
  const { files, refused, add, remove, clear } = useFiles(mayAttach, channel.max_attachment_bytes ?? USUAL_LIMIT);
  const over = useDrop(mayAttach, add);

  useEffect(() => {
    app.focus = () => area.current?.focus({ preventScroll: true });
    app.focus();
    return () => app.typing.stops();
  }, [app]);
  useEffect(() => {
    if (area.current) grow(area.current);
  }, [text]);

  const send = () => {
    const content = text.trim();
    if (!content && !files.length) return;
    app.typing.stops();
    app.outbox.add(content, files, anew ? {} : undefined);
    setText("");
    setPicking(false);
    clear();
    area.current?.focus();
  };
  const pressed = (event: KeyboardEvent) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    send();
  };
  const pasted = (event: ClipboardEvent) => {
    const found = event.clipboardData?.files;
    if (!found?.length || !mayAttach) return;
    event.preventDefault();
    add(found);
  };
  const insert = (emoji: string) => {
    const at = area.current?.selectionStart ?? text.length;
    setText(text.slice(0, at) + emoji + text.slice(area.current?.selectionEnd ?? at));
    requestAnimationFrame(() => area.current?.setSelectionRange(at + emoji.length, at + emoji.length));
  };

  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      {over && <p class="drop">{t("dropFiles")}</p>}
      {picking && <Emoji choose={insert} close={() => (setPicking(false), area.current?.focus())} />}
      {refused && (
        <p class="refused" role="alert">
          {refused}
        </p>
      )}
      {files.length > 0 && <Chosen files={files} remove={remove} />}
      <div class="write">
        <textarea
          ref={area}
          rows={1}
          enterkeyhint="send"
          {...(text && { dir: "auto" })} // of its own only once there is text: the placeholder has the page's
          aria-label={t("write")}
          placeholder={t("write")}
          maxLength={20_000}
          value={text}
          onInput={(event) => {
            setText(event.currentTarget.value);
            if (event.currentTarget.value) app.typing.types();
          }}
          onKeyDown={pressed}
          onPaste={pasted}
          onBlur={() => app.typing.stops()}
        />
        {mayPick && (
          <button type="button" class="plain" aria-label={t("emoji")} aria-expanded={picking} onClick={() => setPicking(!picking)}>
            <Icon name="smile" />
          </button>
        )}
        {mayAttach && <Attach add={add} />}
        <button type="submit" class="send" aria-label={t("send")} disabled={!text.trim() && !files.length}>
          <Icon name="send" />
        </button>
      </div>
    </form>
  );
}
