import { Badge } from "@mantine/core";
import { IconAlertCircle, IconBolt, IconCheck, IconClockX, IconDatabaseX, IconX } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { VERDICT_LABEL, type Verdict } from "@/domain";

const ICON: Record<Verdict, ReactNode> = {
  solved: <IconCheck size={12} stroke={2.5} aria-hidden />,
  wrong: <IconX size={12} stroke={2.5} aria-hidden />,
  error: <IconAlertCircle size={12} aria-hidden />,
  "time-limit": <IconClockX size={12} aria-hidden />,
  "memory-limit": <IconDatabaseX size={12} aria-hidden />,
  crash: <IconBolt size={12} aria-hidden />,
};

const COLOR: Record<Verdict, string> = {
  solved: "green",
  wrong: "red",
  error: "red",
  "time-limit": "yellow",
  "memory-limit": "yellow",
  crash: "red",
};

export function VerdictBadge({ verdict }: { verdict: Verdict }) {
  return (
    <Badge color={COLOR[verdict]} leftSection={ICON[verdict]}>
      {VERDICT_LABEL[verdict]}
    </Badge>
  );
}
