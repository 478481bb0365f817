import { type EnvironmentId, parseTrace, type Trace, traceView, storedEventsOf } from "@/domain";

/** Episodes of a model that ship with the app, for the environments of bundled problems. */
function bundled(): Record<string, () => Promise<unknown>> {
  return import.meta.glob<unknown>("./recordings/*.json", { import: "default" });
}

/** Those of one environment. What plays them says that they are recorded; the environment answers them on the spot. */
export async function loadRecordings(environmentId: EnvironmentId): Promise<Trace[]> {
  const traces = await Promise.all(Object.values(bundled()).map(async (read) => parseTrace(await read())));
  return traces.filter((trace) => traceView(storedEventsOf(trace)).head?.environmentId === environmentId);
}
