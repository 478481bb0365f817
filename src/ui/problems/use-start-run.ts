import { useLocation } from "wouter";
import type { Problem } from "@/domain";
import { useRuns, useSettings } from "@/ui/stores";
import { paths, useAction } from "../components/index.ts";

/** Starts a run of a problem and goes to it. `ready`: the chosen model can answer for this problem. */
export function useStartRun() {
  const start = useRuns((state) => state.start);
  const [, navigate] = useLocation();
  const action = useAction();
  return {
    busy: action.busy,
    error: action.error,
    begin: (problem: Problem) =>
      action.run(async () => {
        navigate(paths.run(await start(problem.id)));
      }),
  };
}

/** Recorded replies exist for the bundled problems only. */
export function useCanRun(): (problem: Problem) => boolean {
  const recorded = useSettings((state) => state.settings.model.kind === "recorded");
  return (problem) => !recorded || problem.origin === "bundled";
}
