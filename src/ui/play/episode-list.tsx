import { Anchor, Badge, Button, Group, Paper, Skeleton, Stack, Text, Title } from "@mantine/core";
import { IconTrash } from "@tabler/icons-react";
import { useState } from "react";
import { Link } from "wouter";
import type { Environment, EpisodeId, ErrorData } from "@/domain";
import type { EpisodeSummary, OpenEpisode } from "@/state";
import { ConfirmButton, ErrorNotice, UnreadableRecords } from "../components/index.ts";
import { formatCount, formatDate, paths } from "../text/index.ts";
import { usePlay } from "@/ui/stores";
import classes from "./play.module.css";
import { outcomeOf, whoText } from "./texts.ts";

const PAGE = 10;

export type EpisodeListProps = {
  environment: Environment;
  episodes: readonly EpisodeSummary[] | null;
  error: ErrorData | null;
  /** Shown now: what is stored of them may be a call behind. */
  current: readonly OpenEpisode[];
  onResume: (episode: EpisodeSummary) => void;
  onRemoved: (id: EpisodeId) => void;
};

/** What was played here before, newest first. */
export function EpisodeList({ environment, episodes, error, current, onResume, onRemoved }: EpisodeListProps) {
  const remove = usePlay((state) => state.remove);
  const [shown, setShown] = useState(PAGE);
  const shownNow = new Map(current.map(({ id, view }) => [id, view]));
  const roundsOf = ({ id, rounds }: EpisodeSummary): number => shownNow.get(id)?.rounds ?? rounds;
  const taskName = (config: string): string => {
    const index = environment.tasks.findIndex((task) => task.config === config);
    return index < 0 ? "Own configuration" : `Task ${index + 1}`;
  };
  return (
    <Paper withBorder p="md" component="section" aria-labelledby="episodes-title">
      <Stack gap="xs">
        <Title order={2} id="episodes-title">
          Past episodes
        </Title>
        {error !== null && <ErrorNotice error={error} title="Past episodes could not be read" />}
        <UnreadableRecords kinds={["episode", "episode event"]} />
        {error === null && episodes === null && <Skeleton height={48} />}
        {episodes !== null && episodes.length === 0 && (
          <Text size="sm" c="dimmed">
            None yet. Each episode is kept here with its rounds and its reward; an unfinished one can be resumed.
          </Text>
        )}
        {episodes !== null && episodes.length > 0 && (
          <ul className={classes.list}>
            {episodes.slice(0, shown).map((episode) => {
              const outcome = outcomeOf(episode);
              const here = shownNow.has(episode.id);
              return (
                <li key={episode.id} className={classes.item}>
                  <Stack gap={2} style={{ flex: "1 1 150px", minWidth: 0 }}>
                    <Anchor
                      component={Link}
                      href={paths.trace(environment.id, episode.id)}
                      size="sm"
                      fw={550}
                      style={{ overflowWrap: "anywhere" }}
                    >
                      {taskName(episode.config)} · {whoText(episode.player, null)}
                      {episode.branchOf !== null && ", a branch"}
                    </Anchor>
                    <Text size="sm" c="dimmed">
                      {formatDate(episode.startedAt)} · {formatCount(roundsOf(episode), "round")}
                      {here && " · shown above"}
                    </Text>
                  </Stack>
                  <Group gap="xs" wrap="nowrap">
                    <Badge color={outcome.color}>{outcome.label}</Badge>
                    {episode.status !== "ended" && !here && (
                      <Button size="xs" variant="default" onClick={() => onResume(episode)}>
                        Resume
                      </Button>
                    )}
                    <ConfirmButton
                      size="xs"
                      variant="subtle"
                      color="gray"
                      aria-label={`Remove the episode of ${formatDate(episode.startedAt)}`}
                      title="Remove this episode?"
                      question="Its rounds and its reward are gone then. Branches of it stay."
                      confirm="Remove"
                      onConfirm={async () => {
                        await remove(episode.id);
                        onRemoved(episode.id);
                      }}
                    >
                      <IconTrash size={15} aria-hidden />
                    </ConfirmButton>
                  </Group>
                </li>
              );
            })}
          </ul>
        )}
        {episodes !== null && episodes.length > shown && (
          <Button size="xs" variant="default" style={{ alignSelf: "flex-start" }} onClick={() => setShown(shown + PAGE)}>
            Show more
          </Button>
        )}
      </Stack>
    </Paper>
  );
}
