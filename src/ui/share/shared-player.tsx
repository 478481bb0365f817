import { Alert, Button, Group, Skeleton, Stack, Text } from "@mantine/core";
import { IconAlertTriangle, IconArrowBackUp, IconCircleCheck, IconPlayerPlay, IconRefresh } from "@tabler/icons-react";
import { useState } from "react";
import type { EpisodeId } from "@/domain";
import type { ReplayReport, SharedView } from "@/state";
import { ErrorNotice, useAction, useFocusNext } from "../components/index.ts";
import { TaskPanel, useOpenEpisodes } from "../play/index.ts";
import { GuestsProvider, usePlay, useShare } from "@/ui/stores";
import { GuestEpisode } from "./guest-episode.tsx";
import { replayText } from "./texts.ts";

export type SharedPlayerProps = { shared: SharedView; page?: number | undefined };

function Report({ report, claimed }: { report: ReplayReport; claimed: NonNullable<SharedView["trace"]> }) {
  const { good, title, text } = replayText(report, claimed.view);
  return (
    <Alert color={good ? "green" : "red"} icon={good ? <IconCircleCheck aria-hidden /> : <IconAlertTriangle aria-hidden />} title={title}>
      <Text size="sm" style={{ whiteSpace: "pre-wrap", overflowWrap: "anywhere", maxHeight: 240, overflow: "auto" }}>
        {text}
      </Text>
    </Alert>
  );
}

function Player({ shared, page }: SharedPlayerProps) {
  const start = usePlay((state) => state.start);
  const branch = usePlay((state) => state.branch);
  const replay = usePlay((state) => state.replay);
  const inspect = useShare((state) => state.inspect);
  const { trace, config } = shared;
  const [shown, setShown] = useState<EpisodeId | null>(trace?.id ?? null);
  const [environment, setEnvironment] = useState(shared.environment);
  const [report, setReport] = useState<ReplayReport | null>(null);
  const { episodes, error } = useOpenEpisodes(shown === null ? [] : [shown]);
  const replaying = useAction();
  const playing = useAction();
  const focusNext = useFocusNext();
  const [episode = null] = episodes;
  const claimed = trace !== null && shown === trace.id;

  /** What the tools are is known only once Python has read the source. */
  const playOn = (begin: (id: SharedView["environment"]["id"]) => EpisodeId | Promise<EpisodeId>): void =>
    playing.run(async () => {
      const read = await inspect(shared);
      setEnvironment(read);
      setShown(await begin(read.id));
      focusNext("tools");
    });
  const again = (): void => playOn((environmentId) => start({ environmentId, config, player: { kind: "person" } }));
  const branchFrom = (steps: number): void => {
    if (shown !== null) playOn(() => branch(shown, steps, { kind: "person" }));
  };

  return (
    <Stack gap="md">
      <TaskPanel text={environment.taskText} />
      {error !== null && <ErrorNotice error={error} title="The episode could not be opened" />}
      {playing.error !== null && <ErrorNotice error={playing.error} title="It cannot be played" />}
      {shown !== null && episode === null && error === null && <Skeleton height={280} />}
      {episode !== null && (
        <GuestEpisode
          key={episode.id}
          episode={episode}
          claimed={claimed}
          tools={environment.tools}
          onAgain={again}
          onBranch={branchFrom}
          page={page}
        >
          {claimed && (
            <Group gap="xs">
              <Button
                size="sm"
                leftSection={<IconRefresh size={16} aria-hidden />}
                loading={replaying.busy}
                onClick={() => replaying.run(async () => setReport(await replay(trace.id)))}
              >
                Replay the trace here
              </Button>
              <Button
                size="sm"
                variant="default"
                leftSection={<IconPlayerPlay size={16} aria-hidden />}
                loading={playing.busy}
                onClick={again}
              >
                Play from the start
              </Button>
            </Group>
          )}
          {claimed && replaying.error !== null && <ErrorNotice error={replaying.error} title="It could not be replayed" />}
          {claimed && report !== null && <Report report={report} claimed={trace} />}
          {!claimed && (
            <Text size="xs" c="dimmed">
              Played in memory: it is gone when this page is left.
            </Text>
          )}
        </GuestEpisode>
      )}
      {shown === null && (
        <Group>
          <Button leftSection={<IconPlayerPlay size={16} aria-hidden />} loading={playing.busy} onClick={again}>
            Play here
          </Button>
          <Text size="sm" c="dimmed">
            You call its tools yourself; Python starts in this browser.
          </Text>
        </Group>
      )}
      {trace !== null && !claimed && (
        <Button
          size="compact-sm"
          variant="subtle"
          style={{ alignSelf: "flex-start" }}
          leftSection={<IconArrowBackUp size={14} aria-hidden />}
          onClick={() => {
            setShown(trace.id);
            focusNext("history");
          }}
        >
          Back to the episode in the link
        </Button>
      )}
    </Stack>
  );
}

/** Task, timeline and tools of what a link holds. Played in memory; nothing of it starts before it is asked for. */
export function SharedPlayer({ shared, page }: SharedPlayerProps) {
  return (
    <GuestsProvider>
      <Player shared={shared} page={page} />
    </GuestsProvider>
  );
}
