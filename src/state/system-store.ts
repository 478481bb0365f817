import { createStore, type StoreApi } from "zustand/vanilla";
import { errorData, type PythonSandbox, SandboxError } from "@/domain";
import type { Ready } from "@/sandbox";
import type { StorageSpace } from "@/storage";
import type { SystemState } from "./types.ts";

export type SystemPorts = {
  startSandbox(onNotice: (message: string) => void): Promise<{ sandbox: PythonSandbox & { dispose(): void }; ready: Ready }>;
  estimateSpace(): Promise<StorageSpace>;
};

export type System = {
  store: StoreApi<SystemState>;
  notify(notice: { level: "info" | "error"; title: string; message: string }): void;
  /** The running sandbox; waits for it, and starts it when it failed before. @throws SandboxError "boot-failed" */
  sandbox(): Promise<PythonSandbox>;
};

export function createSystemStore(ports: SystemPorts): System {
  let nextNotice = 1;
  let running: Promise<PythonSandbox & { dispose(): void }> | null = null;

  const notify: System["notify"] = (notice) => {
    store.setState((state) => ({ notices: [...state.notices, { id: nextNotice++, ...notice }] }));
  };

  function boot(): Promise<PythonSandbox & { dispose(): void }> {
    store.setState({ python: { kind: "loading", phase: "Loading Python" } });
    const startedAt = performance.now();
    const starting = ports
      .startSandbox((message) => notify({ level: "info", title: "Python sandbox", message }))
      .then(({ sandbox, ready }) => {
        performance.mark("python-ready");
        store.setState({ python: { kind: "ready", ...ready, bootMs: Math.round(performance.now() - startedAt) } });
        return sandbox;
      });
    running = starting;
    starting.catch((error: unknown) => {
      if (running === starting) running = null;
      store.setState({ python: { kind: "failed", error: errorData(error) } });
    });
    return starting;
  }

  const store: StoreApi<SystemState> = createStore<SystemState>()(() => ({
    python: { kind: "loading", phase: "Waiting" },
    storage: { usedBytes: null, quotaBytes: null, persisted: null },
    notices: [],
    dismiss: (id) => store.setState((state) => ({ notices: state.notices.filter((notice) => notice.id !== id) })),
    async retryPython() {
      (await running?.catch(() => null))?.dispose();
      await boot().catch((error: unknown) => {
        if (!(error instanceof SandboxError)) throw error;
      });
    },
  }));

  void ports.estimateSpace().then((storage) => store.setState({ storage }));

  return { store, notify, sandbox: () => running ?? boot() };
}
