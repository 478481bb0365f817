import { Button, Group, Paper, Stack, Text, Title } from "@mantine/core";
import { IconArrowRight, IconCircleCheck, IconCircleX, IconRefresh } from "@tabler/icons-react";
import { type Player, playerName, type TraceView } from "@/domain";
import { focusPlace } from "../components/index.ts";
import { formatCount } from "../text/index.ts";
import classes from "./result-panel.module.css";
import { endText } from "./texts.ts";

export type ResultPanelProps = {
  view: TraceView;
  player: Player;
  /** Rounds of the reference solver on this task, where known. */
  referenceRounds: number | null;
  onAgain: () => void;
  onNext: (() => void) | null;
};

/** How an episode ended. */
export function ResultPanel({ view, player, referenceRounds, onAgain, onNext }: ResultPanelProps) {
  const { reward, why } = view;
  const solved = reward >= 1;
  const person = player.kind === "person";
  const compared = player.kind !== "reference-solver" && referenceRounds !== null ? ` The reference solver takes ${referenceRounds}.` : "";
  const how = why === null || why === "finished" ? "" : ` ${person ? "The episode" : playerName(player)} ${endText(why)}.`;
  return (
    <Paper withBorder p="md" className={solved ? (classes.solved ?? "") : ""} component="section" aria-labelledby="result-title">
      <Group justify="space-between" gap="md">
        <Group gap="sm" wrap="nowrap" style={{ flex: "1 1 240px" }}>
          {solved ? (
            <IconCircleCheck size={26} stroke={1.7} color="var(--mantine-color-green-text)" aria-hidden style={{ flex: "none" }} />
          ) : (
            <IconCircleX size={26} stroke={1.7} color="var(--mantine-color-red-text)" aria-hidden style={{ flex: "none" }} />
          )}
          <Stack gap={2}>
            <Title order={2} id="result-title" {...focusPlace("result")}>
              {solved ? "Solved" : "Not solved"}: reward {reward}
            </Title>
            <Text size="sm">
              {formatCount(view.rounds, "round")}.{compared}
              {how}
              {!solved && why === "finished" && " The answer differs from the reference answer."}
            </Text>
          </Stack>
        </Group>
        <Group gap="xs">
          <Button variant="default" leftSection={<IconRefresh size={16} />} onClick={onAgain}>
            {player.kind === "reference-solver" ? "Play it yourself" : "Play again"}
          </Button>
          {onNext !== null && (
            <Button rightSection={<IconArrowRight size={16} />} onClick={onNext}>
              Next task
            </Button>
          )}
        </Group>
      </Group>
    </Paper>
  );
}
