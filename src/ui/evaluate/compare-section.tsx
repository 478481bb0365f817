import { Skeleton, Stack, Table, Text, Title } from "@mantine/core";
import { useMemo } from "react";
import { type EvaluationId, type EvaluationView, playerScores } from "@/domain";
import { formatCount, paths } from "../text/index.ts";
import { Section, VirtualList } from "../components/index.ts";
import { Link } from "wouter";
import { commonTasks, isOpen, playerDifferences, type PlayerDifference, pointsText, taskDifferences } from "./comparison.ts";
import shared from "./evaluate.module.css";
import classes from "./compare-section.module.css";
import { Figure } from "./figures/figure.tsx";
import { figuresOf } from "./figures/shapes.ts";
import { PlayerTable } from "./results/player-table.tsx";
import { costText, intervalText, meanText, percentText, playerNames } from "./texts.ts";

function differenceText({ difference, interval }: PlayerDifference): string {
  if (difference === null || interval === null) return "–";
  const range = `${Math.round(interval.low * 100)} to ${Math.round(interval.high * 100)}`;
  return `${pointsText(difference)} (${range})${isOpen(interval) ? ", may be chance" : ""}`;
}

function Differences({ one, other }: { one: EvaluationView; other: EvaluationView }) {
  const rows = playerDifferences(one, other);
  return (
    <Table.ScrollContainer minWidth={640} scrollAreaProps={{ viewportProps: { tabIndex: 0, "aria-label": "Differences, scrollable" } }}>
      <Table fz="sm" verticalSpacing={6}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">Player</Table.Th>
            <Table.Th scope="col">This one</Table.Th>
            <Table.Th scope="col">The other</Table.Th>
            <Table.Th scope="col">Difference, 95 % interval</Table.Th>
            <Table.Th scope="col">Rounds</Table.Th>
            <Table.Th scope="col">Cost</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((row) => (
            <Table.Tr key={row.name}>
              <Table.Th scope="row">{row.name}</Table.Th>
              {[row.one, row.other].map((score, index) => (
                // oxlint-disable-next-line react/no-array-index-key -- left and right
                <Table.Td key={index}>
                  {score === null ? "not in it" : percentText(score.rate)}{" "}
                  <span className={shared.dim}>{score === null ? "" : intervalText(score.interval)}</span>
                </Table.Td>
              ))}
              <Table.Td>{differenceText(row)}</Table.Td>
              <Table.Td>{`${meanText(row.one?.meanRounds ?? null)} → ${meanText(row.other?.meanRounds ?? null)}`}</Table.Td>
              <Table.Td>{`${row.one === null ? "–" : costText(row.one)} → ${row.other === null ? "–" : costText(row.other)}`}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function Side({ view, title }: { view: EvaluationView; title: string }) {
  const figures = useMemo(() => figuresOf(view), [view]);
  const scores = useMemo(() => playerScores(view), [view]);
  return (
    <Stack gap="md" className={classes.side ?? ""}>
      <Title order={3}>{title}</Title>
      {figures.map((data) => (
        <Figure key={data.name} data={data} />
      ))}
      {view.plan === null ? null : <PlayerTable view={view} names={playerNames(view.plan)} scores={scores} />}
    </Stack>
  );
}

/** Two evaluations: what differs, then the figures and tables of both beside each other. */
export function CompareSection({ one, other, otherId }: { one: EvaluationView; other: EvaluationView | null; otherId: EvaluationId }) {
  const tasks = useMemo(() => (other === null ? [] : taskDifferences(one, other)), [one, other]);
  if (other?.plan == null || one.plan === null) return <Skeleton height={320} radius="lg" />;
  const common = commonTasks(one, other);
  return (
    <>
      <Section
        title="Differences"
        note={`From this evaluation to the other; ${common === 0 ? "they have no task in common, so the figures are of different tasks." : `they have ${formatCount(common, "task")} in common.`}`}
        aside={
          <Text component={Link} href={paths.evaluation(otherId)} size="sm">
            Open the other
          </Text>
        }
      >
        <Differences one={one} other={other} />
        {tasks.length === 0 ? null : (
          <Stack gap="xs" mt="md">
            <Title order={3}>{`Tasks that went otherwise (${tasks.length})`}</Title>
            <VirtualList items={tasks} keyOf={({ name, player }) => `${name} ${player}`} rowHeight={44} label="Tasks that went otherwise">
              {({ name, player, one: before, other: after, difference }) => (
                <div className={classes.change}>
                  <span>
                    <b>{name}</b> <span className={shared.dim}>{player}</span>
                  </span>
                  <span
                    className={shared.tabular}
                  >{`${percentText(before.rate)} → ${percentText(after.rate)}, ${pointsText(difference)}`}</span>
                </div>
              )}
            </VirtualList>
          </Stack>
        )}
      </Section>
      <Section title="Side by side">
        <div className={classes.sides}>
          <Side view={one} title={`This one: ${one.plan.title}`} />
          <Side view={other} title={`The other: ${other.plan.title}`} />
        </div>
      </Section>
    </>
  );
}
