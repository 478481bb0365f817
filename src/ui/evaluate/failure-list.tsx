import { Button, Group, Stack, Text } from "@mantine/core";
import { IconRefresh } from "@tabler/icons-react";
import { type ErrorData, type EvaluationPlan, type EvaluationView } from "@/domain";
import { formatCount } from "../text/index.ts";
import classes from "./evaluate.module.css";
import { playerNames, taskNames } from "./texts.ts";

const MAX_NAMES = 5;

export type Cause = { error: ErrorData; episodes: string[] };

/** Why tries could not be played to their end, each cause once with the episodes it stopped; the most frequent first. */
export function causesOf(view: Pick<EvaluationView, "failures">, plan: EvaluationPlan): Cause[] {
  const [tasks, players] = [taskNames(plan), playerNames(plan)];
  const causes = new Map<string, Cause>();
  for (const { error, task, player, try: number } of view.failures.values()) {
    const key = JSON.stringify([error.code, error.message]);
    const cause = causes.get(key) ?? { error, episodes: [] };
    causes.set(key, cause);
    cause.episodes.push(`${tasks[task] ?? `task ${task + 1}`}, ${players[player] ?? `player ${player + 1}`}, try ${number + 1}`);
  }
  return [...causes.values()].toSorted((one, other) => other.episodes.length - one.episodes.length);
}

function whereText(episodes: readonly string[]): string {
  const rest = episodes.length - MAX_NAMES;
  return `${episodes.slice(0, MAX_NAMES).join("; ")}${rest > 0 ? ` and ${formatCount(rest, "other")}` : ""}`;
}

/** What kept episodes from being played, and a way to try them again. `onRetry`: null while it is under way. */
export function FailureList({ view, plan, onRetry }: { view: EvaluationView; plan: EvaluationPlan; onRetry: (() => void) | null }) {
  const count = view.failures.size;
  if (count === 0) return null;
  return (
    <Stack gap={6}>
      <Group justify="space-between" gap="xs">
        <Text size="sm" fw={600}>{`${formatCount(count, "episode")} could not be played to the end, through no doing of the player`}</Text>
        {onRetry === null ? null : (
          <Button size="xs" variant="default" leftSection={<IconRefresh size={14} aria-hidden />} onClick={onRetry}>
            {count === 1 ? "Retry it" : "Retry them"}
          </Button>
        )}
      </Group>
      <Stack component="ul" gap={6} m={0} p={0} className={classes.list} aria-label="Why episodes could not be played">
        {causesOf(view, plan).map(({ error, episodes }) => (
          <li key={JSON.stringify([error.code, error.message])}>
            <Text size="sm" style={{ overflowWrap: "anywhere" }}>
              {error.message} {error.hint ?? ""}
            </Text>
            <Text size="xs" c="dimmed" style={{ overflowWrap: "anywhere" }}>
              {whereText(episodes)}
            </Text>
          </li>
        ))}
      </Stack>
    </Stack>
  );
}
