import { type ReactNode, useEffect, useState } from "react";

const SHOWN_MS = 2000;

/** The old way, which also works on pages over plain http; there the browser has no `navigator.clipboard`. */
function copyBySelection(text: string): boolean {
  const before = document.activeElement;
  const field = document.createElement("textarea");
  field.value = text;
  field.readOnly = true;
  field.style.cssText = "position:fixed;top:0;opacity:0";
  // Beside what has the focus: a dialog takes the focus back from whatever lies outside of it.
  (before?.parentElement ?? document.body).append(field);
  try {
    field.select();
    return document.execCommand("copy");
  } finally {
    field.remove();
    if (before instanceof HTMLElement) before.focus({ preventScroll: true });
  }
}

async function copyText(text: string): Promise<boolean> {
  // oxlint-disable-next-line no-restricted-properties -- asked for
  const clipboard: Clipboard | undefined = navigator.clipboard;
  try {
    if (clipboard !== undefined) {
      await clipboard.writeText(text);
      return true;
    }
  } catch {
    // Forbidden to this page, such as in a frame.
  }
  return copyBySelection(text);
}

type Copying = { state: "idle" | "copied" | "refused"; copy: () => void };

/** Copies at a press, in secure contexts and others. `refused`: the person has to select the text and copy it. */
export function CopyText({ value, children }: { value: string; children: (copying: Copying) => ReactNode }) {
  const [state, setState] = useState<Copying["state"]>("idle");
  useEffect(() => {
    if (state !== "copied") return undefined;
    const timer = setTimeout(() => setState("idle"), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [state]);
  return children({ state, copy: () => void copyText(value).then((done) => setState(done ? "copied" : "refused")) });
}
