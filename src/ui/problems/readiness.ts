import { type ModelProfile, type Problem, profileFor, ROLES, type Settings, synthesizerFor, type Synthesizer } from "@/domain";
import type { KeyStatus } from "@/state";
import { useSettings } from "@/ui/stores";
import { type Lack, lackOf } from "../text/index.ts";

/** Whether a run of a problem can start with the present settings, and what stands in the way. */
export type Readiness =
  | { kind: "ready"; recorded: boolean; synthesizer: Synthesizer }
  | { kind: "no-recording" }
  | { kind: "unfinished"; profile: ModelProfile; lack: Lack };

/** Whether a start asks the compiler alone. */
export function isCompiled(readiness: Readiness): boolean {
  return readiness.kind === "ready" && readiness.synthesizer === "compiler";
}

export function readinessOf(settings: Settings, keys: Readonly<Record<string, KeyStatus>>, problem: Pick<Problem, "origin">): Readiness {
  const synthesizer = synthesizerFor(settings, problem);
  if (synthesizer === "compiler") return { kind: "ready", recorded: false, synthesizer };
  const profiles = ROLES.map((role) => profileFor(settings, role));
  // Recorded replies exist for the bundled problems only.
  if (problem.origin !== "bundled" && profiles.some((profile) => profile.provider === "recorded")) return { kind: "no-recording" };
  for (const profile of profiles) {
    const lack = lackOf(profile, keys[profile.id] ?? "none");
    if (lack !== null) return { kind: "unfinished", profile, lack };
  }
  return { kind: "ready", recorded: profiles.every((profile) => profile.provider === "recorded"), synthesizer };
}

/** Null while it is not known: the settings are still being read, or there is no problem. */
export function useReadiness(problem: Pick<Problem, "origin"> | null): Readiness | null {
  const settings = useSettings((state) => state.settings);
  const keys = useSettings((state) => state.keys);
  const loading = useSettings((state) => state.load.status === "loading");
  return loading || problem === null ? null : readinessOf(settings, keys, problem);
}
