import { createContext, type ReactNode, use, useRef, useState } from "react";
import type { ToolParameter } from "@/domain";
import { pickedText, segmentsOf } from "./picks.ts";
import classes from "./picking.module.css";

type Target = { parameter: ToolParameter; put: (text: string) => void };
type Picking = {
  /** The field that a picked value goes to: the last one that had the focus. */
  aim: (target: Target) => void;
  pick: (value: string) => void;
  /** Whether there is a form that takes values. */
  open: boolean;
};

const PickingContext = createContext<Picking>({ aim: () => {}, pick: () => {}, open: false });

/** Lets values of observations be put into the form of a tool. */
export function PickingProvider({ open, children }: { open: boolean; children: ReactNode }) {
  const target = useRef<Target | null>(null);
  const [picking] = useState(() => ({
    aim: (to: Target) => {
      target.current = to;
    },
    pick: (value: string) => {
      const to = target.current;
      to?.put(pickedText(to.parameter, value));
    },
  }));
  return <PickingContext value={{ ...picking, open }}>{children}</PickingContext>;
}

export function usePicking(): Picking {
  return use(PickingContext);
}

/** An observation in which numbers, texts and lists can be clicked or dragged into a form. By keyboard the form offers the same. */
export function PickableText({ text }: { text: string }) {
  const { pick, open } = usePicking();
  if (!open) return <>{text}</>;
  return (
    <>
      {segmentsOf(text).map((segment, index) =>
        segment.value === null ? (
          segment.text
        ) : (
          <button
            // oxlint-disable-next-line react/no-array-index-key -- a piece is its place
            key={index}
            type="button"
            tabIndex={-1}
            draggable
            className={classes.pick}
            title="Put it into the form"
            onClick={() => pick(segment.value ?? "")}
            onDragStart={(event) => event.dataTransfer.setData("text/plain", pickedText({ type: "str" }, segment.value ?? ""))}
          >
            {segment.text}
          </button>
        ),
      )}
    </>
  );
}
