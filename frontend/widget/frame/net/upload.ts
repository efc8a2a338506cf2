// A message with files. By XMLHttpRequest, for fetch tells nobody how far an upload has come.
import type { Message } from "../model.ts";
import { ApiError, errorOf } from "./api.ts";
import type { Api } from "./api.ts";

interface Upload {
  content: string;
  files: readonly File[];
  key: string;
  referer: string;
}

export function upload(api: Api, { content, files, key, referer }: Upload, progressed: (share: number) => void): Promise<Message> {
  const form = new FormData();
  if (content) form.set("message[content]", content);
  if (referer) form.set("message[referer_url]", referer);
  form.set("message[echo_id]", key);
  for (const file of files) form.append("message[attachments][]", file, file.name);
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", api.address("messages"));
    request.responseType = "json";
    for (const [name, value] of Object.entries(api.headers)) request.setRequestHeader(name, value);
    request.setRequestHeader("Idempotency-Key", key);
    request.upload.onprogress = (event) => event.lengthComputable && progressed(event.loaded / event.total);
    request.onload = () => {
      if (request.status < 300) resolve(request.response as Message);
      else reject(errorOf(request.status, request.response, request.getResponseHeader("retry-after")));
    };
    request.onerror = request.ontimeout = () => reject(new ApiError(0, "offline"));
    request.send(form);
  });
}
