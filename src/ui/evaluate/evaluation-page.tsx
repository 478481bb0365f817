import { Button, NativeSelect, Stack } from "@mantine/core";
import { useThrottledValue } from "@mantine/hooks";
import { IconChartBarOff } from "@tabler/icons-react";
import { memo, useEffect, useMemo, useState } from "react";
import { Link, useLocation } from "wouter";
import { type ErrorData, errorData, type EvaluationId, type EvaluationPlan, type EvaluationView, playerScores, taskScores } from "@/domain";
import { useEvaluations } from "@/ui/stores";
import { EmptyState, ErrorNotice, PageHeader, PageLoading, Section, UnreadableRecords } from "../components/index.ts";
import { formatDate, paths } from "../text/index.ts";
import { CompareSection } from "./compare-section.tsx";
import classes from "./evaluation-page.module.css";
import { EvaluationHeader, isCapped } from "./evaluation-header.tsx";
import { Figure } from "./figures/figure.tsx";
import { figuresOf } from "./figures/shapes.ts";
import { ProgressPanel } from "./progress-panel.tsx";
import { HeatMap } from "./results/heat-map.tsx";
import { PlayerTable } from "./results/player-table.tsx";
import { TaskList } from "./results/task-list.tsx";
import { firstPlayer } from "./results/task-rows.ts";
import { playerNames, taskNames } from "./texts.ts";

/** Tables are made again this often at most, and figures drawn: both take longer than counting. */
const TABLE_MS = 1000;
const DRAW_MS = 3000;

function CompareChoice({ id, other }: { id: EvaluationId; other: EvaluationId | null }) {
  const [, navigate] = useLocation();
  const all = useEvaluations((state) => state.evaluations);
  const choices = all.filter((item) => item.id !== id);
  if (choices.length === 0) return null;
  return (
    <NativeSelect
      size="xs"
      aria-label="Compare with"
      value={other ?? ""}
      onChange={(event) =>
        navigate(paths.evaluation(id, choices.find((item) => item.id === event.currentTarget.value)?.id), { replace: true })
      }
      data={[
        { value: "", label: "Compare with…" },
        ...choices.map((item) => ({ value: item.id, label: `${item.title}, ${formatDate(item.startedAt)}` })),
      ]}
      className={classes.compareChoice ?? ""}
    />
  );
}

const Results = memo(function Results({
  id,
  view,
  plan,
  other,
}: {
  id: EvaluationId;
  view: EvaluationView;
  plan: EvaluationPlan;
  other: EvaluationId | null;
}) {
  const players = useMemo(() => playerNames(plan), [plan]);
  const names = useMemo(() => taskNames(plan), [plan]);
  const scores = useMemo(() => playerScores(view), [view]);
  const byTask = useMemo(() => taskScores(view), [view]);
  const drawn = useThrottledValue(view, DRAW_MS);
  const figures = useMemo(() => figuresOf(drawn), [drawn]);
  const second = useEvaluations((state) => (other === null ? null : (state.views[other] ?? null)));
  return (
    <>
      <Section
        title="Players"
        note="The interval is Wilson's; pass@k: how likely one of k tries solves a task, over tasks."
        aside={<CompareChoice id={id} other={other} />}
      >
        <PlayerTable view={view} names={players} scores={scores} />
      </Section>
      {other === null ? (
        <Section title="Figures">
          <div className={classes.figures}>
            {figures.map((data) => (
              <Figure key={data.name} data={data} />
            ))}
          </div>
        </Section>
      ) : (
        <CompareSection one={drawn} other={second} otherId={other} />
      )}
      <Section title="Tasks" note="How hard each one is for a player: unsolved, hard (at most 25 %), medium (at most 75 %), easy.">
        <TaskList id={id} plan={plan} names={names} players={players} scores={byTask} initialPlayer={firstPlayer(view)} />
      </Section>
      <Section title="Every try" note="A cell opens the episode's trace.">
        <HeatMap view={view} plan={plan} names={names} players={players} />
      </Section>
    </>
  );
});

/** Reads an evaluation and follows it as long as it is shown. */
function useOpened(id: EvaluationId | null): ErrorData | null {
  const open = useEvaluations((state) => state.open);
  const close = useEvaluations((state) => state.close);
  const [failure, setFailure] = useState<ErrorData | null>(null);
  useEffect(() => {
    if (id === null) return undefined;
    let current = true;
    open(id).then(
      () => current && setFailure(null),
      (error: unknown) => current && setFailure(errorData(error)),
    );
    return () => {
      current = false;
      close(id);
    };
  }, [id, open, close]);
  return failure;
}

/** One evaluation, read from the store as it grows; `other`: beside it. */
export function EvaluationPage({ id, other }: { id: EvaluationId; other: EvaluationId | null }) {
  const view = useEvaluations((state) => state.views[id] ?? null);
  const active = useEvaluations((state) => state.active.has(id));
  const lockedElsewhere = useEvaluations((state) => state.evaluations.find((item) => item.id === id)?.lockedElsewhere ?? false) && !active;
  const failure = useOpened(id);
  const otherFailure = useOpened(other);
  const shown = useThrottledValue(view, TABLE_MS);
  if (view?.plan === undefined && failure !== null) {
    return (
      <>
        <PageHeader title="Evaluation" back={{ href: paths.evaluate, name: "All evaluations" }} />
        <ErrorNotice error={failure} title="This evaluation could not be opened" />
      </>
    );
  }
  if (view === null) return <PageLoading title="Evaluation" />;
  const { plan } = view;
  if (plan === null) {
    return (
      <>
        <PageHeader title="Evaluation" back={{ href: paths.evaluate, name: "All evaluations" }} />
        <UnreadableRecords kinds={["evaluation", "evaluation event"]} mb="md" />
        <EmptyState
          icon={<IconChartBarOff size={28} stroke={1.5} />}
          title="This evaluation is not here"
          action={
            <Button component={Link} href={paths.evaluate}>
              See all evaluations
            </Button>
          }
        >
          It was removed, or it was made in another browser: evaluations stay on the device they were made on.
        </EmptyState>
      </>
    );
  }
  const live = active || lockedElsewhere;
  return (
    <>
      <EvaluationHeader
        id={id}
        plan={plan}
        status={view.status}
        capped={isCapped(view)}
        empty={view.results.size === 0}
        active={active}
        lockedElsewhere={lockedElsewhere}
      />
      <Stack gap="md">
        <ProgressPanel id={id} view={view} plan={plan} live={live} />
        {otherFailure === null ? null : <ErrorNotice error={otherFailure} title="The other evaluation could not be opened" />}
        <Results id={id} view={shown?.plan === plan ? shown : view} plan={plan} other={other} />
      </Stack>
    </>
  );
}
