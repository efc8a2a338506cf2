// A message goes out, and what the server says to it.

export interface Answer {
  /** 0: nobody answered. */
  status: number;
  text: string;
  /** Seconds to wait before the next try, where the server says so. */
  wait: number;
  signedOut: boolean;
}

/** Silence this long means that it will not arrive. */
const SILENCE = 30_000;

/** Send a form. It may take its time as long as it goes on, as files do. */
export function post(url: string, form: FormData, key: string, csrf: string, moved?: (share: number) => void): Promise<Answer> {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    const done = (status: number) => resolve({ status, text: status ? request.responseText : "", wait: Number(status && request.getResponseHeader("Retry-After")) || 0, signedOut: !!status && !!request.getResponseHeader("HX-Redirect") });
    request.open("POST", url);
    request.setRequestHeader("HX-Request", "true");
    request.setRequestHeader("X-CSRF-Token", csrf);
    request.setRequestHeader("Idempotency-Key", key);
    let silence = setTimeout(() => request.abort(), SILENCE);
    request.upload.onprogress = ({ loaded, total }) => {
      clearTimeout(silence);
      silence = setTimeout(() => request.abort(), SILENCE);
      moved?.(loaded / total);
    };
    request.onload = () => done(request.status);
    request.onerror = request.onabort = () => done(0);
    request.onloadend = () => clearTimeout(silence);
    request.send(form);
  });
}

/** The words of an answer that is markup. */
export function wordsOf(html: string): string {
  const box = document.createElement("template");
  box.innerHTML = html;
  return (box.content.textContent ?? "").trim();
}
