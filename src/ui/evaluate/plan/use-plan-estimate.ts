import { useEffect, useState } from "react";
import type { EvaluationPlan, RunEstimate } from "@/domain";
import { useEvaluations, useSettings } from "@/ui/stores";

/** What the plan's models will take; the one before is shown until it is worked out. Null: not known yet, or no model plays. */
export function usePlanEstimate(plan: EvaluationPlan | null): RunEstimate | "failed" | null {
  const estimate = useEvaluations((state) => state.estimate);
  const prices = useSettings((state) => state.settings.prices);
  const [made, setMade] = useState<RunEstimate | "failed" | null>(null);
  const asked = plan !== null && plan.players.some(({ kind }) => kind === "model") ? plan : null;
  useEffect(() => {
    if (asked === null) return undefined;
    let current = true;
    estimate(asked).then(
      (value) => current && setMade(value),
      () => current && setMade("failed"),
    );
    return () => {
      current = false;
    };
  }, [asked, estimate, prices]);
  return asked === null ? null : made;
}
