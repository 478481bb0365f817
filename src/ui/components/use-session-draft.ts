import { useState } from "react";
import type { SessionDraft } from "@/state";

/** What is typed, kept in the tab as it is typed. Null: nothing is, and what is shown instead is the caller's. */
export function useSessionDraft<T>(draft: SessionDraft<T>): [T | null, (value: T | null) => void] {
  const [value, setValue] = useState(() => draft.read());
  return [
    value,
    (next) => {
      draft.keep(next);
      setValue(() => next);
    },
  ];
}
