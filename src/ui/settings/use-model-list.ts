import { useEffect, useEffectEvent, useRef, useState } from "react";
import { type ErrorData, errorData, isAbort, type ModelProfile, type ModelSuggestion } from "@/domain";
import { useSettings } from "@/ui/stores";

type Listed =
  | { status: "idle" }
  | { status: "loading" }
  | { status: "ready"; models: readonly ModelSuggestion[] }
  | { status: "failed"; error: ErrorData };
/** `enter` and `leave`: the person is in the field that shows the list. */
export type ModelList = Listed & { load: () => void; enter: () => void; leave: () => void };

const IDLE: Listed = { status: "idle" };

/** The provider's list of models, asked for when it is wanted, and again once the address or the key is another. */
export function useModelList(profile: Pick<ModelProfile, "id" | "provider" | "baseUrl">): ModelList {
  const listModels = useSettings((state) => state.listModels);
  const keyStatus = useSettings((state) => state.keys[profile.id] ?? "none");
  const source = `${profile.id} ${profile.provider} ${profile.baseUrl} ${keyStatus}`;
  const [state, setState] = useState<{ of: string; listed: Listed }>({ of: source, listed: IDLE });
  const abort = useRef<AbortController | null>(null);
  const inside = useRef(false);
  const asked = useRef<string | null>(null);
  const listed = state.of === source ? state.listed : IDLE;
  const ask = async (signal: AbortSignal): Promise<void> => {
    const set = (next: Listed): void => {
      if (!signal.aborted) setState({ of: source, listed: next });
    };
    set({ status: "loading" });
    try {
      set({ status: "ready", models: await listModels(profile.id, signal) });
    } catch (error) {
      set(isAbort(error) ? IDLE : { status: "failed", error: errorData(error) });
    }
  };
  const load = (): void => {
    asked.current = source;
    abort.current?.abort();
    abort.current = new AbortController();
    void ask(abort.current.signal);
  };
  // Leaving the address or the key for this field stores them a moment after it was entered.
  const loadAgain = useEffectEvent(() => {
    if (inside.current && asked.current !== source) load();
  });
  useEffect(() => {
    loadAgain();
    return () => abort.current?.abort();
  }, [source]);
  return {
    ...listed,
    load,
    enter: () => {
      inside.current = true;
      if (listed.status === "idle") load();
    },
    leave: () => {
      inside.current = false;
    },
  };
}
