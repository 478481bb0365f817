import { Badge } from "@mantine/core";
import type { RunSummary } from "@/state";
import { useRuns } from "@/ui/stores";

const LABEL: Record<RunSummary["status"], { text: string; color: string }> = {
  open: { text: "Paused", color: "yellow" },
  verified: { text: "Verified", color: "green" },
  rejected: { text: "Rejected", color: "red" },
  cancelled: { text: "Cancelled", color: "gray" },
  failed: { text: "Stopped by an error", color: "red" },
};

export function RunStatusText({ run }: { run: RunSummary }) {
  const active = useRuns((state) => state.active.has(run.id));
  if (active) return <Badge color="iris">Running</Badge>;
  if (run.lockedElsewhere) return <Badge color="gray">In another tab</Badge>;
  const { text, color } = LABEL[run.status];
  return <Badge color={color}>{text}</Badge>;
}
