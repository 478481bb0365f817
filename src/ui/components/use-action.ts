import { useState } from "react";
import { type ErrorData, errorData, isAbort } from "@/domain";

/** One action of a page: busy while it runs, its error as data. A cancelled one is no error. */
export type Action = { busy: boolean; error: ErrorData | null; run: (action: () => Promise<unknown>) => void; clear: () => void };

export function useAction(): Action {
  const [state, setState] = useState<{ busy: boolean; error: ErrorData | null }>({ busy: false, error: null });
  const perform = async (action: () => Promise<unknown>): Promise<void> => {
    setState({ busy: true, error: null });
    try {
      await action();
      setState({ busy: false, error: null });
    } catch (error) {
      setState({ busy: false, error: isAbort(error) ? null : errorData(error) });
    }
  };
  return { ...state, run: (action) => void perform(action), clear: () => setState({ busy: false, error: null }) };
}
