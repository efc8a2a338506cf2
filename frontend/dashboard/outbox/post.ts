// A message goes out, and what the server says to it.

export interface Answer {
  /** 0: nobody answered. */
  status: number;
  text: string;
  /** Seconds to wait before the next try, where the server says so. */
  wait: number;
  signedOut: boolean;
}

const LONGEST = 30_000;

/** Send a form. A message with files may take its time as long as it goes on. */
export function post(url: string, form: FormData, key: string, csrf: string, moved?: (share: number) => void): Promise<Answer> {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    const done = (status: number) => resolve({ status, text: status ? request.responseText : "", wait: Number(status && request.getResponseHeader("Retry-After")) || 0, signedOut: !!status && !!request.getResponseHeader("HX-Redirect") });
    request.open("POST", url);
    request.setRequestHeader("HX-Request", "true");
    request.setRequestHeader("X-CSRF-Token", csrf);
    request.setRequestHeader("Idempotency-Key", key);
    if (moved) request.upload.onprogress = ({ loaded, total }) => moved(loaded / total);
    else request.timeout = LONGEST;
    request.onload = () => done(request.status);
    request.onerror = request.ontimeout = request.onabort = () => done(0);
    request.send(form);
  });
}

/** The words of an answer that is markup. */
export function wordsOf(html: string): string {
  const box = document.createElement("template");
  box.innerHTML = html;
  return (box.content.textContent ?? "").trim();
}
