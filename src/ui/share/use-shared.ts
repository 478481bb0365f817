import { useEffect, useRef, useState } from "react";
import { type ErrorData, errorData, isAbort } from "@/domain";
import type { SharedView } from "@/state";
import { useShare } from "@/ui/stores";

export type SharedReading =
  { kind: "reading" } | { kind: "stopped" } | { kind: "failed"; error: ErrorData } | { kind: "read"; shared: SharedView };
type Settled = { of: string | File; at: number; reading: SharedReading };

/** Reads a link's letters or a chosen file, again for each; `stop` gives up, `again` reads once more. */
export function useShared(source: string | File): { reading: SharedReading; stop: () => void; again: () => void } {
  const open = useShare((state) => state.open);
  const openFile = useShare((state) => state.openFile);
  const [settled, setSettled] = useState<Settled | null>(null);
  const [attempt, setAttempt] = useState(0);
  const abort = useRef<AbortController | null>(null);
  useEffect(() => {
    const controller = new AbortController();
    let current = true;
    const settle = (reading: SharedReading): void => {
      if (current) setSettled({ of: source, at: attempt, reading });
    };
    abort.current = controller;
    (typeof source === "string" ? open(source, controller.signal) : openFile(source, controller.signal)).then(
      (shared) => settle({ kind: "read", shared }),
      (error: unknown) => settle(isAbort(error) ? { kind: "stopped" } : { kind: "failed", error: errorData(error) }),
    );
    return () => {
      current = false;
      controller.abort();
    };
  }, [open, openFile, source, attempt]);
  const reading = settled !== null && settled.of === source && settled.at === attempt ? settled.reading : ({ kind: "reading" } as const);
  return { reading, stop: () => abort.current?.abort(), again: () => setAttempt(attempt + 1) };
}
