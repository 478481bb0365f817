import { createStore, type StoreApi } from "zustand/vanilla";
import {
  CancelledError,
  type Environment,
  type EnvironmentId,
  errorData,
  GATE_FACTS,
  isAbort,
  type Limits,
  type PythonSandbox,
} from "@/domain";
import { verifyEnvironment } from "@/verification";
import type { VerifyJob, VerifyState } from "./types.ts";

export type VerifyPorts = {
  sandbox(): Promise<PythonSandbox>;
  limits(): Limits;
  environment(id: EnvironmentId): Environment | undefined;
  saveEnvironment(environment: Environment): Promise<void>;
};

export function createVerifyStore(ports: VerifyPorts): StoreApi<VerifyState> {
  let abort: AbortController | null = null;

  function change(id: EnvironmentId, changes: Partial<VerifyJob>): void {
    store.setState((state) => ({ jobs: state.jobs.map((job) => (job.environmentId === id ? { ...job, ...changes } : job)) }));
  }

  async function verifyOne(id: EnvironmentId, signal: AbortSignal): Promise<void> {
    const environment = ports.environment(id);
    if (environment === undefined) return change(id, { status: "failed", note: "it is no longer here" });
    if (environment.source === "") return change(id, { status: "failed", note: "its Python file is missing: import it first" });
    change(id, { status: "running", note: "starting" });
    try {
      const context = { sandbox: await ports.sandbox(), limits: ports.limits(), signal };
      const verified = await verifyEnvironment(context, environment, ({ stage, done, total }) =>
        change(id, { note: `${GATE_FACTS[stage].label.toLowerCase()} ${total > 1 ? `${done} of ${total}` : ""}`.trim() }),
      );
      // What the person changed meanwhile is not overwritten by what was read before.
      const present = ports.environment(id);
      if (present === undefined || present.source !== environment.source)
        return change(id, { status: "failed", note: "it was changed meanwhile" });
      await ports.saveEnvironment(verified);
      const failed = verified.report?.gates.find((gate) => !gate.passed);
      const note =
        failed === undefined
          ? "all gates passed"
          : `${GATE_FACTS[failed.gate].label}: ${failed.findings.find((item) => item.severity === "error")?.message ?? "failed"}`;
      change(id, { status: verified.status === "verified" ? "verified" : "rejected", note });
    } catch (error) {
      if (isAbort(error) || signal.aborted) throw new CancelledError();
      change(id, { status: "failed", note: "", error: errorData(error) });
    }
  }

  const store: StoreApi<VerifyState> = createStore<VerifyState>()(() => ({
    jobs: [],
    running: false,
    startedAt: null,
    async verify(ids) {
      const waiting = ids.map((environmentId): VerifyJob => ({ environmentId, status: "waiting", note: "", error: null }));
      if (store.getState().running) {
        // Goes on in the run under way; what waits there already waits once.
        store.setState((state) => {
          const open = new Set(
            state.jobs.filter((job) => job.status === "waiting" || job.status === "running").map((job) => job.environmentId),
          );
          return { jobs: [...state.jobs, ...waiting.filter((job) => !open.has(job.environmentId))] };
        });
        return;
      }
      abort = new AbortController();
      const { signal } = abort;
      store.setState({ jobs: waiting, running: true, startedAt: Date.now() });
      try {
        for (;;) {
          const next = store.getState().jobs.find((job) => job.status === "waiting");
          if (next === undefined) break;
          await verifyOne(next.environmentId, signal);
        }
      } catch (error) {
        if (!isAbort(error)) throw error;
        store.setState((state) => ({
          jobs: state.jobs.filter((job) => job.status !== "waiting" && job.status !== "running"),
        }));
      } finally {
        store.setState({ running: false });
      }
    },
    cancel: () => abort?.abort(),
  }));
  return store;
}
