import { useLocation } from "wouter";
import type { Problem, Synthesizer } from "@/domain";
import { useRuns } from "@/ui/stores";
import { paths } from "../text/index.ts";
import { useAction } from "../components/index.ts";

/** Starts a run of a problem and goes to it. */
export function useStartRun() {
  const start = useRuns((state) => state.start);
  const [, navigate] = useLocation();
  const action = useAction();
  return {
    busy: action.busy,
    error: action.error,
    /** `synthesizer`: another than the settings say. */
    begin: (problem: Problem, options: { synthesizer?: Synthesizer } = {}) =>
      action.run(async () => {
        navigate(paths.run(await start(problem.id, options)));
      }),
  };
}
