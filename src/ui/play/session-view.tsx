import { Alert, Button, Group, Loader, Paper, Stack, Text, Title } from "@mantine/core";
import { IconPlayerStop } from "@tabler/icons-react";
import type { ReactNode } from "react";
import type { Environment, Task } from "@/domain";
import type { PlaySession } from "@/state";
import { ErrorNotice } from "../components/error-notice.tsx";
import { formatCount } from "../components/format.ts";
import { usePlay } from "../stores.tsx";
import { HiddenStatePanel } from "./hidden-state.tsx";
import { History } from "./history.tsx";
import classes from "./play.module.css";
import { ReferenceControls } from "./reference-controls.tsx";
import { ResultPanel } from "./result-panel.tsx";
import { TaskPanel } from "./task-panel.tsx";
import { ToolPanel } from "./tool-panel.tsx";

export type SessionViewProps = {
  environment: Environment;
  session: PlaySession;
  task: Task | null;
  onAgain: () => void;
  onContinue: () => void;
  onNext: (() => void) | null;
};

function Failure({ session, onContinue }: { session: PlaySession; onContinue: () => void }) {
  if (session.error === null && session.phase === "failed") {
    return (
      <Alert color="gray" title="Stopped">
        <Button size="xs" variant="default" onClick={onContinue}>
          Start again
        </Button>
      </Alert>
    );
  }
  if (session.error === null) return null;
  return (
    <ErrorNotice
      error={session.error}
      title={session.steps.length === 0 ? "The episode could not start" : "The last call did not come back"}
      {...(session.phase === "failed" ? { onRetry: onContinue } : {})}
    />
  );
}

type ViewProps = { environment: Environment; session: PlaySession; /** How it ended, once it has. */ result: ReactNode };

/** The result takes the place of the tools: there is nothing more to call. */
function ByHand({ environment, session, result }: ViewProps) {
  return (
    <div className={classes.columns}>
      <Stack gap="md" style={{ minWidth: 0 }}>
        <TaskPanel text={environment.taskText} />
        <Paper withBorder p="md" component="section" aria-labelledby="history-title">
          <Group justify="space-between" mb="sm" gap="xs">
            <Title order={2} id="history-title">
              Calls
            </Title>
            <Text size="sm" c="dimmed" style={{ fontVariantNumeric: "tabular-nums" }}>
              {formatCount(session.steps.length, "step")} · reward {session.reward}
            </Text>
          </Group>
          <History
            steps={session.steps}
            current={null}
            label="Calls and observations"
            empty={session.phase === "starting" ? "Starting a fresh interpreter…" : "No call yet. Choose a tool; Observe is often a good first one."}
          />
        </Paper>
      </Stack>
      <Stack gap="md" style={{ minWidth: 0 }}>
        {result ?? <ToolPanel tools={environment.tools} session={session} />}
        {session.states.length > 0 && <HiddenStatePanel states={session.states} cursor={session.steps.length} spoils={!session.finished} />}
      </Stack>
    </div>
  );
}

/** The result comes last, so that the controls stay where they are. */
function Reference({ environment, session, result }: ViewProps) {
  const stop = usePlay((state) => state.stop);
  const waiting = session.phase === "starting" || session.phase === "busy";
  const atEnd = session.cursor >= session.steps.length;
  return (
    <div className={classes.columns}>
      <Stack gap="md" style={{ minWidth: 0 }}>
        <TaskPanel text={environment.taskText} />
        <Paper withBorder p="md" component="section" aria-labelledby="history-title">
          <Stack gap="sm">
            <Group justify="space-between" gap="xs" mih={30}>
              <Title order={2} id="history-title">
                The reference solver
              </Title>
              <Text size="sm" c="dimmed" style={{ fontVariantNumeric: "tabular-nums" }}>
                {waiting ? "" : atEnd ? `reward ${session.reward}` : "reward at the end"}
              </Text>
            </Group>
            {session.phase === "failed" ? null : waiting ? (
              <Group justify="space-between" mih={40}>
                <Group gap="xs">
                  <Loader size="xs" />
                  <Text size="sm">It is solving the task…</Text>
                </Group>
                <Button size="xs" variant="default" leftSection={<IconPlayerStop size={15} />} onClick={stop}>
                  Stop
                </Button>
              </Group>
            ) : (
              <ReferenceControls cursor={session.cursor} count={session.steps.length} />
            )}
            <History
              steps={session.steps.slice(0, session.cursor)}
              current={session.cursor}
              label="Steps of the reference solver"
              empty={waiting || session.phase === "failed" ? "" : "At the start: no call has been made. Step forwards, or press play."}
            />
          </Stack>
        </Paper>
        {result}
      </Stack>
      <HiddenStatePanel states={session.states} cursor={session.cursor} spoils={false} />
    </div>
  );
}

/** An episode under way or over. */
export function SessionView({ environment, session, task, onAgain, onContinue, onNext }: SessionViewProps) {
  const person = session.player === "person";
  const result =
    session.phase === "finished" && (person || session.cursor >= session.steps.length) ? (
      <ResultPanel
        reward={session.reward}
        steps={session.steps.length}
        referenceRounds={task?.rounds ?? null}
        player={session.player}
        onAgain={onAgain}
        onNext={onNext}
      />
    ) : null;
  const View = person ? ByHand : Reference;
  return (
    <Stack gap="md">
      <Failure session={session} onContinue={onContinue} />
      <View environment={environment} session={session} result={result} />
    </Stack>
  );
}
