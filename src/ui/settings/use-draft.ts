import { type KeyboardEvent, useState } from "react";

/** What is typed and not stored yet; forgotten as soon as the stored value is another. */
function usePending<Stored, Typed>(value: Stored): [Typed | null, (typed: Typed | null) => void] {
  const [pending, setPending] = useState<Typed | null>(null);
  const [seen, setSeen] = useState(value);
  if (seen !== value) {
    setSeen(value);
    setPending(null);
    return [null, setPending];
  }
  return [pending, setPending];
}

type Draft = {
  text: string;
  /** Something was typed that is not stored yet. */
  touched: boolean;
  set: (text: string) => void;
  commit: () => void;
};

/** A text that is stored, trimmed, when one leaves its field. */
export function useDraft(value: string, onCommit: (value: string) => void): Draft {
  const [pending, setPending] = usePending<string, string>(value);
  return {
    text: pending ?? value,
    touched: pending !== null,
    set: setPending,
    commit: () => {
      if (pending === null) return;
      const clean = pending.trim();
      if (clean === value) setPending(null);
      else onCommit(clean);
    },
  };
}

/**
 * A number that is stored when one leaves its field or presses Enter, and only if it is within the bounds: on the way
 * to 25 it is 2 for a moment, which must not be a cap. `blank`: the field may be empty, and holds null then.
 */
export function useNumberDraft(
  value: number | null,
  { min, max, blank }: { min: number; max: number; blank: boolean },
  onCommit: (value: number | null) => void,
) {
  const [pending, setPending] = usePending<number | null, number | string>(value);
  const text = pending ?? value ?? "";
  // "0.50" is a text as long as it is typed.
  const number = text === "" ? null : Number(text);
  const valid = number === null ? blank : number >= min && number <= max;
  const commit = (): void => {
    if (pending === null || !valid) return;
    if (number === value) setPending(null);
    else onCommit(number);
  };
  return {
    value: text,
    error: valid ? undefined : `From ${min.toLocaleString("en")} to ${max.toLocaleString("en")}`,
    onChange: setPending,
    onBlur: commit,
    onKeyDown: (event: KeyboardEvent) => {
      if (event.key === "Enter") commit();
    },
  };
}
