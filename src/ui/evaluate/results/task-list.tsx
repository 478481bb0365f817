import { Badge, Button, Group, NativeSelect, Stack, Switch, Text } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { memo, useDeferredValue, useState } from "react";
import { DIFFICULTIES, type Difficulty, type EvaluationId, type EvaluationPlan, type TaskScore } from "@/domain";
import { useEvaluations } from "@/ui/stores";
import { ErrorNotice, saveDownload, SearchField, useAction, VirtualList } from "../../components/index.ts";
import { formatCount, NOT_KNOWN } from "../../text/index.ts";
import shared from "../evaluate.module.css";
import classes from "./task-list.module.css";
import { costText, failureText, intervalText, meanText, percentText } from "../texts.ts";
import { difficultyCounts, type TaskFilter, taskRows } from "./task-rows.ts";

const COLOR: Record<Difficulty, string> = { unsolved: "red", hard: "yellow", medium: "iris", easy: "green" };
const ORDERS = [
  { value: "plan", label: "As planned" },
  { value: "hardest", label: "Hardest first" },
  { value: "easiest", label: "Easiest first" },
] as const;
const FILTER_TRIES = 4;

type RowProps = { score: TaskScore; name: string; plan: EvaluationPlan };

const Row = memo(function Row({ score, name, plan }: RowProps) {
  const task = plan.tasks[score.task];
  const priced = plan.players[score.player]?.kind === "model";
  return (
    <div className={classes.task}>
      <div className={classes.taskText}>
        <Text component="div" size="sm" fw={600} style={{ overflowWrap: "anywhere" }}>
          {name}
        </Text>
        <span className={classes.config}>{task?.config.slice(0, 120)}</span>
      </div>
      <dl className={classes.facts}>
        <div>
          <dt>Success</dt>
          <dd>
            <b>{percentText(score.rate)}</b> <span className={shared.dim}>{`${score.successes} of ${score.tries}`}</span>
          </dd>
        </div>
        <div>
          <dt>95 % interval</dt>
          <dd>{intervalText(score.interval)}</dd>
        </div>
        <div>
          <dt>Rounds, reference</dt>
          <dd>{`${meanText(score.meanRounds)}, ${task?.referenceRounds ?? NOT_KNOWN}`}</dd>
        </div>
        <div className={classes.wide}>
          <dt>Failures</dt>
          <dd>{failureText(score.failures)}</dd>
        </div>
        {priced ? (
          <div>
            <dt>Cost</dt>
            <dd>{costText(score)}</dd>
          </div>
        ) : null}
      </dl>
      <div className={classes.difficulty}>
        {score.difficulty === null ? null : <Badge color={COLOR[score.difficulty]}>{score.difficulty}</Badge>}
      </div>
    </div>
  );
}, sameRow);

/** Scores are counted again with each result; tries only ever come to them, so as many are the same ones. */
function sameRow(before: RowProps, after: RowProps): boolean {
  const [one, other] = [before.score, after.score];
  return (
    one.task === other.task &&
    one.player === other.player &&
    one.tries === other.tries &&
    before.name === after.name &&
    before.plan === after.plan
  );
}

/** Tasks of one player with their difficulty, filtered; what is shown can be exported as training instances with the scores. */
export const TaskList = memo(function TaskList({
  id,
  plan,
  names,
  players,
  scores,
  initialPlayer,
}: {
  id: EvaluationId;
  plan: EvaluationPlan;
  names: readonly string[];
  players: readonly string[];
  scores: readonly TaskScore[];
  initialPlayer: number;
}) {
  const exportInstances = useEvaluations((state) => state.exportInstances);
  const [filter, setFilter] = useState<TaskFilter>({
    player: initialPlayer,
    difficulty: "all",
    hardEnough: false,
    search: "",
    order: "plan",
  });
  const action = useAction();
  const deferred = useDeferredValue(filter);
  const rows = taskRows(scores, names, deferred);
  const counts = difficultyCounts(scores, filter.player);
  const change = (part: Partial<TaskFilter>): void => setFilter({ ...filter, ...part });
  const tooFew = plan.tries < FILTER_TRIES;
  return (
    <Stack gap="sm">
      <Group gap="sm" align="flex-end">
        <NativeSelect
          size="xs"
          label="Player"
          value={String(filter.player)}
          onChange={(event) => change({ player: Number(event.currentTarget.value) })}
          data={players.map((label, index) => ({ value: String(index), label }))}
        />
        <NativeSelect
          size="xs"
          label="Difficulty"
          value={filter.difficulty}
          onChange={(event) => change({ difficulty: DIFFICULTIES.find((name) => name === event.currentTarget.value) ?? "all" })}
          data={[{ value: "all", label: "All" }, ...DIFFICULTIES.map((name) => ({ value: name, label: `${name} (${counts[name]})` }))]}
        />
        <NativeSelect
          size="xs"
          label="Order"
          value={filter.order}
          onChange={(event) => change({ order: ORDERS.find(({ value }) => value === event.currentTarget.value)?.value ?? "plan" })}
          data={[...ORDERS]}
        />
        <SearchField label="Search tasks" value={filter.search} onChange={(search) => change({ search })} />
      </Group>
      <Group justify="space-between" gap="sm">
        <Switch
          label={`Only tasks with at most 25 % success over ${FILTER_TRIES} tries`}
          description={tooFew ? `Needs ${FILTER_TRIES} tries of each task; this evaluation has ${plan.tries}.` : undefined}
          disabled={tooFew}
          checked={filter.hardEnough}
          onChange={(event) => change({ hardEnough: event.currentTarget.checked })}
        />
        <Button
          size="xs"
          variant="default"
          disabled={rows.length === 0}
          loading={action.busy}
          leftSection={<IconDownload size={15} aria-hidden />}
          onClick={() => action.run(async () => saveDownload(await exportInstances(id, new Set(rows.map(({ task }) => task)))))}
        >
          {`Export ${formatCount(rows.length, "task")} as training instances`}
        </Button>
      </Group>
      {action.error === null ? null : <ErrorNotice error={action.error} />}
      {rows.length === 0 ? (
        <Text size="sm" c="dimmed">
          {scores.some(({ player }) => player === filter.player) ? "No task is like that." : "No try of this player has ended yet."}
        </Text>
      ) : (
        <VirtualList items={rows} keyOf={({ task }) => String(task)} rowHeight={74} label="Tasks">
          {(score) => <Row score={score} name={names[score.task] ?? ""} plan={plan} />}
        </VirtualList>
      )}
    </Stack>
  );
});
