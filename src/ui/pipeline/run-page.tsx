import { Anchor, Button, Paper, Skeleton, Stack, Title, VisuallyHidden } from "@mantine/core";
import { IconArrowLeft, IconRoute } from "@tabler/icons-react";
import { useEffect, useState } from "react";
import { Link } from "wouter";
import { type ErrorData, errorData, type RunId, type RunView } from "@/domain";
import { EmptyState } from "../components/empty-state.tsx";
import { ErrorNotice } from "../components/error-notice.tsx";
import { paths } from "../components/links.ts";
import { useRuns } from "../stores.tsx";
import { CandidateSection } from "./candidate-section.tsx";
import { OutcomePanel } from "./outcome-panel.tsx";
import classes from "./pipeline.module.css";
import { ReplyPanel } from "./reply-panel.tsx";
import { RunHeader } from "./run-header.tsx";
import { RunLog } from "./run-log.tsx";
import { progressOf } from "./run-progress.ts";
import { StageStrip } from "./stage-strip.tsx";
import { usePace } from "./use-pace.ts";

const RESTING: Record<RunView["status"], string> = {
  open: "Not running: resume goes on where it stopped",
  verified: "Finished: verified",
  rejected: "Finished: no candidate was accepted",
  cancelled: "Cancelled: resume goes on where it stopped",
  failed: "Stopped by an error: what was paid for is kept",
};

type RunBodyProps = { id: RunId; view: RunView; active: boolean; lockedElsewhere: boolean };

function RunBody({ id, view, active, lockedElsewhere }: RunBodyProps) {
  const resume = useRuns((state) => state.resume);
  const progress = progressOf(view);
  const live = active || lockedElsewhere;
  const pace = usePace(progress.count, live);
  const lastAt = view.log.at(-1)?.at ?? null;
  const elapsedMs = view.startedAt === null ? null : (live ? pace.now : (lastAt ?? view.startedAt)) - view.startedAt;
  const shown = live ? progress : { ...progress, current: null, count: null };

  return (
    <Stack gap="lg">
      <Stack gap="md">
        <RunHeader id={id} view={view} active={active} lockedElsewhere={lockedElsewhere} />
        <Paper withBorder p="md">
          <StageStrip progress={shown} pace={pace} live={live} elapsedMs={elapsedMs} note={RESTING[view.status]} />
        </Paper>
      </Stack>
      {view.error !== null && !live && (
        <ErrorNotice title="The run stopped" error={view.error} onRetry={() => void resume(id).catch(() => undefined)} />
      )}
      <OutcomePanel id={id} view={view} active={active} lockedElsewhere={lockedElsewhere} />
      <div className={classes.columns}>
        <CandidateSection id={id} view={view} active={active} lockedElsewhere={lockedElsewhere} />
        <Stack gap="md" style={{ minWidth: 0 }}>
          <ReplyPanel replies={view.replies} active={active} version={view.lastSeq} />
          <RunLog log={view.log} version={view.lastSeq} />
        </Stack>
      </div>
    </Stack>
  );
}

/** One run, read from the store as it grows. */
export function RunPage({ id }: { id: RunId }) {
  const open = useRuns((state) => state.open);
  const view = useRuns((state) => (state.opened?.id === id ? state.opened : null))?.view ?? null;
  const active = useRuns((state) => state.active.has(id));
  const lockedElsewhere = useRuns((state) => state.runs.find((run) => run.id === id)?.lockedElsewhere ?? false) && !active;
  const [failure, setFailure] = useState<ErrorData | null>(null);

  useEffect(() => {
    let current = true;
    open(id).then(
      () => current && setFailure(null),
      (error: unknown) => current && setFailure(errorData(error)),
    );
    return () => {
      current = false;
    };
  }, [id, open]);

  // A run begins with its problem: a log without one is that of a run that is not on this device.
  const missing = view !== null && view.problem === null && !active;
  const retry = (): void => {
    open(id).then(
      () => setFailure(null),
      (error: unknown) => setFailure(errorData(error)),
    );
  };

  return (
    <Stack gap="sm">
      <Anchor component={Link} href={paths.pipeline} size="sm" style={{ alignSelf: "flex-start" }}>
        <IconArrowLeft size={14} aria-hidden style={{ verticalAlign: "-2px", marginRight: 4 }} />
        All runs
      </Anchor>
      {view !== null && !missing && <RunBody id={id} view={view} active={active} lockedElsewhere={lockedElsewhere} />}
      {missing && (
        <Stack gap="md">
          <Title order={1}>Run</Title>
          <EmptyState
            icon={<IconRoute size={24} stroke={1.5} />}
            title="This run is not here"
            action={
              <Button component={Link} href={paths.pipeline}>
                See all runs
              </Button>
            }
          >
            It was removed, or it was made in another browser: runs stay on the device they were made on.
          </EmptyState>
        </Stack>
      )}
      {view === null && failure === null && (
        <Stack gap="md" aria-busy>
          <VisuallyHidden>
            <h1>Run</h1>
          </VisuallyHidden>
          <Skeleton height={36} width="60%" />
          <Skeleton height={90} />
          <Skeleton height={320} />
        </Stack>
      )}
      {view === null && failure !== null && (
        <Stack gap="md">
          <Title order={1}>Run</Title>
          <ErrorNotice title="This run could not be opened" error={failure} onRetry={retry} />
        </Stack>
      )}
    </Stack>
  );
}
