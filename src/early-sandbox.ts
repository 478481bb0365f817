import { startBrowserSandbox, type StartPhase } from "@/sandbox";

type Connections = { workers: Promise<number | null>; onNotice: (message: string) => void; onPhase: (phase: StartPhase) => void };

/** A start whose settings and listeners come later. */
export type EarlySandbox = { started: ReturnType<typeof startBrowserSandbox>; connect(later: Connections): void };

export function startEarly(): EarlySandbox {
  let connect: EarlySandbox["connect"] = () => {};
  const later = new Promise<Connections>((resolve) => {
    connect = resolve;
  });
  const started = startBrowserSandbox({
    workers: later.then(({ workers }) => workers),
    onNotice: (message) => void later.then(({ onNotice }) => onNotice(message)),
    onPhase: (phase) => void later.then(({ onPhase }) => onPhase(phase)),
  });
  // Reported by the system store, once there is one.
  started.catch(() => undefined);
  return { started, connect };
}
