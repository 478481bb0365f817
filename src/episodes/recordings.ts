import { type EnvironmentId, parseTrace, type Trace, traceView, storedEventsOf } from "@/domain";

/** Episodes of a model that ship with the app, for the environments of bundled problems. */
function bundled(): Record<string, () => Promise<unknown>> {
  return import.meta.glob<unknown>("./recordings/*.json", { import: "default" });
}

/** `<code id>-<task>.json`; an environment's id begins with its code id. */
const FILE = /([^/]+)-\d+\.json$/;

/**
 * Those of one environment. What plays them says that they are recorded; the environment answers them on the spot. Only
 * files named after it are fetched: an environment of one's own asks for nothing, so that it can be played offline.
 */
export async function loadRecordings(environmentId: EnvironmentId): Promise<Trace[]> {
  const own = Object.entries(bundled()).filter(([path]) => environmentId.startsWith(`${FILE.exec(path)?.[1] ?? path}__`));
  const traces = await Promise.all(own.map(async ([, read]) => parseTrace(await read())));
  return traces.filter((trace) => traceView(storedEventsOf(trace)).head?.environmentId === environmentId);
}
