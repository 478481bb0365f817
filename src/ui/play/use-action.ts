import { useState } from "react";
import { type ErrorData, errorData, isAbort } from "@/domain";

/** One thing that a button does: whether it is under way, and what went wrong. A cancelled one is no failure. */
export type Action = { busy: boolean; error: ErrorData | null; run: (work: () => Promise<void>) => void };

export function useAction(): Action {
  const [state, setState] = useState<{ busy: boolean; error: ErrorData | null }>({ busy: false, error: null });
  const run = (work: () => Promise<void>): void => {
    setState({ busy: true, error: null });
    work().then(
      () => setState({ busy: false, error: null }),
      (error: unknown) => setState({ busy: false, error: isAbort(error) ? null : errorData(error) }),
    );
  };
  return { ...state, run };
}
