// What becomes of something that was sent, by the status of its answer.

export type Verdict = "again" | "failed";

/** Whether a refusal may be another answer later. 0: nobody answered; 409: the same is under way; 429: too many at once. */
export function verdict(status: number): Verdict {
  return status === 0 || status === 408 || status === 409 || status === 425 || status === 429 || status >= 500 ? "again" : "failed";
}
