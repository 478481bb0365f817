import { createStore, type StoreApi } from "zustand/vanilla";
import { errorData, type PythonSandbox, SandboxError } from "@/domain";
import type { Ready, StartPhase } from "@/sandbox";
import type { StorageSpace, StorageTrouble } from "@/storage";
import type { SystemState } from "./types.ts";

export type SystemPorts = {
  startSandbox(reports: {
    onNotice: (message: string) => void;
    onPhase: (phase: StartPhase) => void;
  }): Promise<{ sandbox: PythonSandbox & { dispose(): void }; ready: Ready }>;
  estimateSpace(): Promise<StorageSpace>;
  /** Rejects when the storage cannot be used and nothing may take its place; other stores tell of that. */
  storageTrouble: Promise<StorageTrouble | null>;
};

export type System = {
  store: StoreApi<SystemState>;
  notify(notice: { level: "info" | "error"; title: string; message: string }): void;
  /** The running sandbox; waits for it, and starts it when it failed before. @throws SandboxError "boot-failed" */
  sandbox(): Promise<PythonSandbox>;
};

const WAITING: SystemState["python"] = { kind: "loading", phase: { kind: "loading", loadedBytes: 0, totalBytes: 0 } };

export function createSystemStore(ports: SystemPorts): System {
  let nextNotice = 1;
  let running: Promise<PythonSandbox & { dispose(): void }> | null = null;

  const notify: System["notify"] = (notice) => {
    store.setState((state) => ({ notices: [...state.notices, { id: nextNotice++, ...notice }] }));
  };

  function boot(): Promise<PythonSandbox & { dispose(): void }> {
    store.setState({ python: WAITING });
    const startedAt = performance.now();
    /** Once it is ready, phases are those of a frame that is built again, of which only a lost line is worth a word. */
    let ready: Extract<SystemState["python"], { kind: "ready" }> | null = null;
    const onPhase = (phase: StartPhase): void => {
      if (store.getState().python.kind === "failed") return;
      store.setState({ python: ready === null || phase.kind === "offline" ? { kind: "loading", phase } : ready });
    };
    const starting = ports
      .startSandbox({ onNotice: (message) => notify({ level: "info", title: "Python sandbox", message }), onPhase })
      .then((started) => {
        performance.mark("python-ready");
        ready = { kind: "ready", ...started.ready, bootMs: Math.round(performance.now() - startedAt) };
        store.setState({ python: ready });
        return started.sandbox;
      });
    running = starting;
    starting.catch((error: unknown) => {
      if (running === starting) running = null;
      store.setState({ python: { kind: "failed", error: errorData(error) } });
    });
    return starting;
  }

  const store: StoreApi<SystemState> = createStore<SystemState>()(() => ({
    python: WAITING,
    storageTrouble: null,
    storage: { usedBytes: null, quotaBytes: null, persisted: null },
    notices: [],
    dismiss: (id) => store.setState((state) => ({ notices: state.notices.filter((notice) => notice.id !== id) })),
    async retryPython() {
      const { python } = store.getState();
      if (python.kind === "loading") {
        if (python.phase.kind === "offline") python.phase.retry();
        return;
      }
      (await running?.catch(() => null))?.dispose();
      await boot().catch((error: unknown) => {
        if (!(error instanceof SandboxError)) throw error;
      });
    },
  }));

  ports.storageTrouble.then(
    (trouble) => {
      if (trouble === null) return;
      const say = (answered: boolean): void => store.setState({ storageTrouble: { error: errorData(trouble.error), answered } });
      say(false);
      void trouble.answered.then(() => say(true));
    },
    () => undefined,
  );
  void ports.estimateSpace().then((storage) => store.setState({ storage }));

  return { store, notify, sandbox: () => running ?? boot() };
}
