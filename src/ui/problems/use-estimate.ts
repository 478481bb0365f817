import { useEffect, useState } from "react";
import type { ProblemId, RunEstimate } from "@/domain";
import { useSettings, useSpend } from "@/ui/stores";

/** What a run will cost; worked out again when the settings change, the one before is shown until then. Null: not known yet. */
export function useEstimate(problemId: ProblemId): RunEstimate | "failed" | null {
  const settings = useSettings((state) => state.settings);
  const estimate = useSpend((state) => state.estimate);
  const [made, setMade] = useState<RunEstimate | "failed" | null>(null);
  useEffect(() => {
    let current = true;
    estimate(problemId).then(
      (value) => current && setMade(value),
      () => current && setMade("failed"),
    );
    return () => {
      current = false;
    };
  }, [problemId, settings, estimate]);
  return made;
}
