import { Badge, Button, Paper, Skeleton, Stack, Text, Title } from "@mantine/core";
import { useEffect, useState } from "react";
import { type Environment, type Episode, type ErrorData, errorData } from "@/domain";
import { ErrorNotice } from "../components/error-notice.tsx";
import { formatCount, formatDate } from "../components/format.ts";
import { usePlay } from "../stores.tsx";
import classes from "./play.module.css";

const PAGE = 10;
const PLAYER: Record<Episode["player"], string> = { person: "You", "reference-solver": "Reference solver", model: "Model" };

function outcomeOf(episode: Episode): { label: string; color: string } {
  if (!episode.finished) return { label: "unfinished", color: "gray" };
  return { label: `reward ${episode.reward}`, color: episode.reward >= 1 ? "green" : "red" };
}

export type EpisodeListProps = {
  environment: Environment;
  /** Changes when an episode may have been stored. */
  version: string;
  onResume: (config: string) => void;
};

type Loaded = { episodes: Episode[] | null; error: ErrorData | null };

/** What was played here before, newest first. */
export function EpisodeList({ environment, version, onResume }: EpisodeListProps) {
  const read = usePlay((state) => state.episodes);
  const [loaded, setLoaded] = useState<Loaded>({ episodes: null, error: null });
  const [shown, setShown] = useState(PAGE);

  // The old list stays while the new one is read.
  useEffect(() => {
    let current = true;
    read(environment.id).then(
      (episodes) => current && setLoaded({ episodes, error: null }),
      (error: unknown) => current && setLoaded({ episodes: null, error: errorData(error) }),
    );
    return () => {
      current = false;
    };
    // oxlint-disable-next-line react/exhaustive-effect-dependencies -- `version` asks for another reading
  }, [read, environment.id, version]);

  const taskName = (config: string): string => {
    const index = environment.tasks.findIndex((task) => task.config === config);
    return index < 0 ? "Own configuration" : `Task ${index + 1}`;
  };
  const { episodes, error } = loaded;
  return (
    <Paper withBorder p="md" component="section" aria-labelledby="episodes-title">
      <Stack gap="xs">
        <Title order={2} id="episodes-title">
          Past episodes
        </Title>
        {error !== null && <ErrorNotice error={error} title="Past episodes could not be read" />}
        {error === null && episodes === null && <Skeleton height={48} />}
        {episodes !== null && episodes.length === 0 && (
          <Text size="sm" c="dimmed">
            None yet. Each episode is kept here with its steps and its reward; an unfinished one can be gone on with.
          </Text>
        )}
        {episodes !== null && episodes.length > 0 && (
          <ul className={classes.list}>
            {episodes.slice(0, shown).map((episode) => {
              const outcome = outcomeOf(episode);
              return (
                <li key={episode.id} className={classes.item}>
                  <Stack gap={2} style={{ flex: "1 1 200px", minWidth: 0 }}>
                    <Text size="sm" fw={550}>
                      {taskName(episode.config)} · {PLAYER[episode.player]}
                    </Text>
                    <Text size="sm" c="dimmed">
                      {formatDate(episode.startedAt)} · {formatCount(episode.steps.length, "step")}
                    </Text>
                  </Stack>
                  <Badge color={outcome.color}>{outcome.label}</Badge>
                  {!episode.finished && episode.player === "person" && (
                    <Button size="xs" variant="default" onClick={() => onResume(episode.config)}>
                      Go on
                    </Button>
                  )}
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
