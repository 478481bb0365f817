import { Alert, Anchor, Button, Paper, Skeleton, Stack, Text, Title, VisuallyHidden } from "@mantine/core";
import { IconArrowLeft, IconCoins, IconRoute } from "@tabler/icons-react";
import { useEffect, useState } from "react";
import { Link } from "wouter";
import { type ErrorData, errorData, type RunId, type RunSpend, type RunView, spendOfRun, usdText } from "@/domain";
import { EmptyState, ErrorNotice, UnreadableRecords } from "../components/index.ts";
import { paths, summaryOf } from "../text/index.ts";
import { useRuns } from "@/ui/stores";
import { CandidateSection } from "./candidate-section.tsx";
import { cutOffOf, cutOffText } from "./cut-off.ts";
import { MoneyPanel } from "./money-panel.tsx";
import { OutcomePanel } from "./outcome-panel.tsx";
import classes from "./pipeline.module.css";
import { ReplyPanel } from "./reply-panel.tsx";
import { RunHeader } from "./run-header.tsx";
import { RunLog } from "./run-log.tsx";
import { noteOf } from "./run-note.ts";
import { progressOf } from "./run-progress.ts";
import { RunStopped } from "./run-stopped.tsx";
import { SolutionSection } from "./solution-section.tsx";
import { StageStrip } from "./stage-strip.tsx";
import { usePace } from "./use-pace.ts";

/** For the line of figures; a sum that holds unknown prices is told with its reasons in the money panel only. */
function costOf({ total }: RunSpend): string | null {
  return total.unknownCosts === 0 && total.usd > 0 ? usdText(total.usd) : null;
}

type RunBodyProps = { id: RunId; view: RunView; active: boolean; lockedElsewhere: boolean };

function RunBody({ id, view, active, lockedElsewhere }: RunBodyProps) {
  const resume = useRuns((state) => state.resume);
  const progress = progressOf(view);
  const live = active || lockedElsewhere;
  const pace = usePace(progress.count, live);
  const lastAt = view.log.at(-1)?.at ?? null;
  const elapsedMs = view.startedAt === null ? null : (live ? pace.now : (lastAt ?? view.startedAt)) - view.startedAt;
  const waiting = useRuns((state) => state.waiting);
  const held = active ? summaryOf(Object.values(waiting), pace.now) : null;
  const spend = spendOfRun(view);
  const cut = live ? null : cutOffOf(view);
  const compiled = view.synthesizer === "compiler";
  const isRefused = compiled && view.compilation !== null && "refused" in view.compilation;
  const shown = live ? progress : { ...progress, current: null, count: null };

  return (
    <Stack gap="lg">
      <Stack gap="md">
        <RunHeader id={id} view={view} active={active} lockedElsewhere={lockedElsewhere} />
        <Paper withBorder p="md">
          <StageStrip
            progress={shown}
            pace={pace}
            live={live}
            elapsedMs={elapsedMs}
            waiting={held?.text ?? null}
            cost={costOf(spend)}
            note={noteOf(view, progress, live)}
          />
          {/* Said when it begins, not each second. */}
          <VisuallyHidden>
            <output translate="no">{held?.said ?? ""}</output>
          </VisuallyHidden>
        </Paper>
      </Stack>
      {view.error !== null && !live && <RunStopped error={view.error} onResume={() => void resume(id).catch(() => undefined)} />}
      {cut !== null && (
        <Alert color="yellow" icon={<IconCoins aria-hidden />} title="Cut off in the middle of a reply">
          <Text size="sm">{cutOffText(cut)}</Text>
        </Alert>
      )}
      <OutcomePanel id={id} view={view} active={active} lockedElsewhere={lockedElsewhere} />
      {/* A new run starts with what its own choices are. */}
      <SolutionSection key={id} view={view} active={live} />
      <div className={classes.columns} data-single={compiled || undefined}>
        {isRefused ? null : <CandidateSection id={id} view={view} active={active} lockedElsewhere={lockedElsewhere} />}
        <Stack gap="md" style={{ minWidth: 0 }}>
          {compiled ? null : <ReplyPanel replies={view.replies} active={active} recorded={view.recorded} now={pace.now} />}
          {compiled || view.recorded ? null : <MoneyPanel spend={spend} />}
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
          <UnreadableRecords kinds={["run", "run event"]} />
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
