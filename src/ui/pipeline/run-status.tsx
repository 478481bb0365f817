import { Badge } from "@mantine/core";
import type { RunView } from "@/domain";

type Shown = { label: string; color: string };

const SHOWN: Record<RunView["status"], Shown> = {
  open: { label: "Paused", color: "gray" },
  verified: { label: "Verified", color: "green" },
  rejected: { label: "Rejected", color: "red" },
  cancelled: { label: "Cancelled", color: "gray" },
  failed: { label: "Stopped by an error", color: "yellow" },
};

const CAPPED: Shown = { label: "Stopped at a cap", color: "yellow" };

export type RunStatusProps = {
  status: RunView["status"];
  active: boolean;
  lockedElsewhere: boolean;
  /** It "failed" because the person's cap was reached. */
  capped?: boolean;
};

export function RunStatus({ status, active, lockedElsewhere, capped = false }: RunStatusProps) {
  const shown: Shown = active
    ? { label: "Running", color: "iris" }
    : lockedElsewhere
      ? { label: "Running in another tab", color: "iris" }
      : capped && status === "failed"
        ? CAPPED
        : SHOWN[status];
  return <Badge color={shown.color}>{shown.label}</Badge>;
}
