import { format, type Formatted } from "./format.ts";

export type FormatRequest = { id: number; text: string };
export type FormatReply = { id: number; state: "begun" } | { id: number; state: "done"; formatted: Formatted };

/** Trusted code of ours, which reads texts of strangers: away from the page, so that it can be ended. */
const post = (reply: FormatReply): void => self.postMessage(reply);

self.addEventListener("message", ({ data: { id, text } }: MessageEvent<FormatRequest>) => {
  post({ id, state: "begun" });
  let formatted: Formatted;
  try {
    formatted = format(text);
  } catch {
    // The stack ran over: parts stand too deep in one another.
    formatted = { kind: "plain", reason: "too-large" };
  }
  post({ id, state: "done", formatted });
});
