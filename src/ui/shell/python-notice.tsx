import { Alert, Button, Text } from "@mantine/core";
import { IconRefresh, IconWifiOff } from "@tabler/icons-react";
import type { SystemState } from "@/state";
import { useSystem } from "@/ui/stores";
import { ErrorNotice, useNow } from "../components/index.ts";
import { phaseText } from "./python-text.ts";
import classes from "./shell.module.css";

type Offline = Extract<Extract<SystemState["python"], { kind: "loading" }>["phase"], { kind: "offline" }>;

function LostLine({ phase, onRetry }: { phase: Offline; onRetry: () => void }) {
  const now = useNow(true);
  return (
    <Alert color="yellow" variant="light" icon={<IconWifiOff aria-hidden />} title="Python is waiting for the connection">
      {/* Counts down: what translates the page would stand in the way of it. */}
      <Text size="sm" translate="no">
        {phaseText(phase, now)}
      </Text>
      <Text size="sm" mt={4}>
        Nothing of yours is lost, and runs wait for it.
      </Text>
      <Button size="xs" variant="default" mt="xs" leftSection={<IconRefresh size={14} aria-hidden />} onClick={onRetry}>
        Try now
      </Button>
    </Alert>
  );
}

/** On every page, as runs, play and verification all wait for Python: why it does not start, and what helps. */
export function PythonNotice() {
  const python = useSystem((state) => state.python);
  const retry = useSystem((state) => state.retryPython);
  const onRetry = (): void => void retry();
  if (python.kind === "loading" && python.phase.kind === "offline") {
    return (
      <aside className={classes.notice} aria-label="Python">
        <LostLine phase={python.phase} onRetry={onRetry} />
      </aside>
    );
  }
  if (python.kind !== "failed") return null;
  return (
    <aside className={classes.notice} aria-label="Python">
      <ErrorNotice error={python.error} title="Python could not be started" {...(python.error.retryable ? { onRetry } : {})} />
    </aside>
  );
}
