import { createContext, type ReactNode, use, useEffect, useRef, useState } from "react";
import { type FocusKeeper, keepFocus } from "./focus-keeper.ts";

const FocusContext = createContext<FocusKeeper["next"]>(() => {});

/** Keeps the focus of everything inside in the page; see `keepFocus`. */
export function FocusProvider({ children }: { children: ReactNode }) {
  const keeper = useRef<FocusKeeper | null>(null);
  const [next] = useState(
    () =>
      (place: string): void =>
        keeper.current?.next(place),
  );
  useEffect(() => {
    const started = keepFocus(document);
    keeper.current = started;
    return () => {
      started.stop();
      keeper.current = null;
    };
  }, []);
  return <FocusContext value={next}>{children}</FocusContext>;
}

/** For an action after which the focus belongs elsewhere: `focusNext("tools")` beside it, `{...focusPlace("tools")}` there. */
export function useFocusNext(): FocusKeeper["next"] {
  return use(FocusContext);
}
