import type { SystemState } from "@/state";
import { formatBytes, leftText } from "../text/index.ts";

type Phase = Extract<SystemState["python"], { kind: "loading" }>["phase"];

/** What a start of Python is waiting for. `now`: Unix ms. */
export function phaseText(phase: Phase, now: number): string {
  switch (phase.kind) {
    case "loading":
      return phase.totalBytes === 0
        ? "Loading Python"
        : `Loading Python: ${formatBytes(phase.loadedBytes)} of ${formatBytes(phase.totalBytes)}`;
    case "offline":
      return `The connection was lost while Python was loading. Trying again ${leftText(phase.retryAt, now)}.`;
    case "starting":
      return "All its files are here; it starts";
  }
}
