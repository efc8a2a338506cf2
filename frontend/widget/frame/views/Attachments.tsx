// Files that came with a message.
import { language, t } from "../languages/language.ts";
import { sizeText } from "../../../shared/files.ts";
import { safeHref } from "../logic/links.ts";
import type { Attachment } from "../model.ts";
import { Icon } from "./Icon.tsx";

function nameOf(file: Attachment): string {
  if (file.file_name) return file.file_name;
  try {
    return decodeURIComponent(new URL(file.data_url, location.href).pathname.split("/").pop() ?? "");
  } catch {
    return file.extension ?? "";
  }
}

function One({ file }: { file: Attachment }) {
  const href = safeHref(new URL(file.data_url, location.href).href);
  if (!href) return null;
  const name = nameOf(file);
  const size = { ...(file.width && { width: file.width }), ...(file.height && { height: file.height }) };
  if (file.file_type === "image")
    return (
      <a class="picture" href={href} target="_blank" rel="noopener noreferrer">
        <img src={file.thumb_url || href} alt={name} loading="lazy" {...size} />
      </a>
    );
  if (file.file_type === "video") return <video class="picture" src={href} controls preload="metadata" aria-label={name} />;
  if (file.file_type === "audio") return <audio src={href} controls preload="metadata" aria-label={name} />;
  return (
    <a class="file" href={href} download={name} target="_blank" rel="noopener noreferrer" aria-label={t("download", { name })}>
      <Icon name="file" />
      <span class="file-name">
        {name}
        {file.file_size ? <small>{sizeText(file.file_size, language())}</small> : null}
      </span>
      <Icon name="download" />
    </a>
  );
}

export const Attachments = ({ files }: { files: readonly Attachment[] }) => (
  <>
    {files.map((file) => (
      <One key={file.id} file={file} />
    ))}
  </>
);
