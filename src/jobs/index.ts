/**
 * Long work over an event log: runs, evaluations and episodes are three *kinds* of *job*. A kind says how its events are written and folded
 * into a *view*; the *driver* does the rest, once for all: a *sitting* of one tab under the job's lock, events stored before they are shown,
 * publication at a bounded rate, following in other tabs, taking up after a reload, a full storage, removal and "erase all". The storage comes
 * as a port. Knows no engine and no screen.
 */
export { JobDriver } from "./job-driver.ts";
export type { Interrupted, JobNotice, JobStorage, ShownJob, Work } from "./job-ports.ts";
export { EPISODE_JOB } from "./kinds/episode.ts";
export { EVALUATION_JOB } from "./kinds/evaluation.ts";
export { RUN_JOB } from "./kinds/run.ts";
