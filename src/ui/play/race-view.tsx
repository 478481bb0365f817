import { Anchor, Badge, Group, Paper, Skeleton, Stack, Text, Title } from "@mantine/core";
import { useMemo, useState } from "react";
import { Link } from "wouter";
import { type Environment, playerName } from "@/domain";
import type { OpenEpisode } from "@/state";
import { ErrorNotice, focusPlace } from "../components/index.ts";
import { paths } from "../text/index.ts";
import { PickingProvider } from "./picking.tsx";
import { EpisodeFigures, PlayerControls } from "./player-panel.tsx";
import classes from "./race.module.css";
import { StepControls } from "./step-controls.tsx";
import { TaskPanel } from "./task-panel.tsx";
import { outcomeOf, phaseText } from "./texts.ts";
import { type Turn, timelineOf } from "./timeline.ts";
import { TimelineList } from "./timeline-list.tsx";
import { ToolPanel } from "./tool-panel.tsx";

function Lane({
  environment,
  episode,
  turns,
  cursor,
  place,
}: {
  environment: Environment;
  episode: OpenEpisode;
  turns: readonly Turn[];
  cursor: number | null;
  place: number;
}) {
  const { view, phase, live, error } = episode;
  const player = view.head?.player ?? null;
  const outcome = outcomeOf(view);
  // Who it is stands in the episode's first event.
  const name = player === null ? `Player ${place}` : playerName(player);
  const shown = cursor === null ? turns : turns.slice(0, cursor);
  const byHand = phase === "yours" || phase === "calling";
  const stopped = error ?? (phase === "idle" ? view.error : null);
  return (
    <PickingProvider open={byHand}>
      <Paper withBorder p="md" component="section" aria-label={`Lane ${place}: ${name}`} className={classes.lane ?? ""}>
        <Stack gap="sm">
          <Group justify="space-between" gap="xs" wrap="nowrap" align="flex-start">
            <Title order={3} size="h4" style={{ overflowWrap: "anywhere", minWidth: 0 }}>
              {name}
            </Title>
            <Badge
              variant="light"
              color={view.status === "ended" ? outcome.color : phase === "playing" ? "iris" : "gray"}
              style={{ flex: "none" }}
            >
              {view.status === "ended" ? outcome.label : phaseText(episode)}
            </Badge>
          </Group>
          {stopped !== null && <ErrorNotice error={stopped} title="It stopped" />}
          <div className={classes.controls}>
            <PlayerControls episode={episode} size="compact-xs" />
          </div>
          <TimelineList
            turns={shown}
            player={player ?? { kind: "person" }}
            current={cursor === null ? null : Math.min(cursor, turns.length)}
            live={cursor === null ? live : null}
            pickable={byHand}
            onBranch={null}
            label={`Turns of ${name}`}
            empty={phase === "starting" ? "Starting a fresh interpreter…" : "No turn yet."}
          />
          <EpisodeFigures episode={episode} />
          {byHand && <ToolPanel tools={environment.tools} episode={episode} />}
          <Anchor component={Link} href={paths.trace(environment.id, episode.id)} size="sm">
            Open this episode
          </Anchor>
        </Stack>
      </Paper>
    </PickingProvider>
  );
}

/** Players on the same task side by side, as they go; one slider moves through all of them. */
export function RaceView({ environment, episodes }: { environment: Environment; episodes: readonly (OpenEpisode | null)[] }) {
  const timelines = useMemo(() => episodes.map((episode) => (episode === null ? [] : timelineOf(episode.view))), [episodes]);
  const longest = Math.max(...timelines.map(({ length }) => length));
  const [moved, setMoved] = useState<number | null>(null);
  const cursor = moved === null ? longest : Math.min(moved, longest);
  return (
    <Stack gap="md" component="section" aria-labelledby="race-title">
      <Title order={2} id="race-title" {...focusPlace("race")}>
        Race
      </Title>
      {longest > 0 && <StepControls cursor={cursor} count={longest} onMove={(to) => setMoved(to >= longest ? null : to)} />}
      {longest === 0 && <Text c="dimmed">They are off: each plays in an environment of its own.</Text>}
      <div className={classes.lanes}>
        {episodes.map((episode, index) =>
          // oxlint-disable-next-line react/no-array-index-key -- a lane is its place
          episode === null ? (
            <Skeleton key={index} height={320} />
          ) : (
            <Lane
              key={episode.id}
              environment={environment}
              episode={episode}
              turns={timelines[index] ?? []}
              cursor={moved === null ? null : cursor}
              place={index + 1}
            />
          ),
        )}
      </div>
      <TaskPanel text={environment.taskText} />
    </Stack>
  );
}
