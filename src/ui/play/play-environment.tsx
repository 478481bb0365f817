import { Alert, Anchor, Button, Group, Skeleton, Stack, Text, Title } from "@mantine/core";
import { IconArrowLeft, IconInfoCircle, IconPuzzleOff } from "@tabler/icons-react";
import { useEffect, useRef, useState } from "react";
import { Link, useLocation, useSearch } from "wouter";
import { type Environment, type EpisodeId, episodeIdSchema, parseConfig, type Player } from "@/domain";
import { configDraft, type EpisodeSummary } from "@/state";
import { EmptyState, ErrorNotice, ShareButton, StatusBadge, useAction, useFocusNext } from "../components/index.ts";
import { paths, queryValue } from "../text/index.ts";
import { usePlay, useSettings } from "@/ui/stores";
import { EpisodeList } from "./episode-list.tsx";
import { EpisodeView } from "./episode-view.tsx";
import { hasModel, type PlayerGroup, playerGroups, playerOf, recordings } from "./players.ts";
import { RaceSetup } from "./race-setup.tsx";
import { RaceView } from "./race-view.tsx";
import { OWN, SetupPanel, USUAL_LIMITS } from "./setup-panel.tsx";
import { TaskPanel } from "./task-panel.tsx";
import { firstChoiceOf, taskChoicesOf } from "./tasks.ts";
import { useOpenEpisodes, useRecordings, useStoredEpisodes } from "./use-episodes.ts";

function Header({ environment }: { environment: Environment }) {
  return (
    <Stack gap={6}>
      <Anchor component={Link} href={paths.play} size="sm" style={{ alignSelf: "flex-start" }}>
        <IconArrowLeft size={14} aria-hidden style={{ verticalAlign: "-2px", marginRight: 4 }} />
        Another environment
      </Anchor>
      <Group gap="sm">
        <Title order={1} style={{ overflowWrap: "anywhere" }}>
          Play {environment.className}
        </Title>
        <StatusBadge status={environment.status} />
      </Group>
      {environment.status !== "verified" && (
        <Alert
          color={environment.status === "rejected" ? "red" : "yellow"}
          icon={<IconInfoCircle aria-hidden />}
          title={environment.status === "rejected" ? "This environment was rejected" : "Not verified yet"}
        >
          <Text size="sm">
            {environment.status === "rejected"
              ? "It may stop in the middle, or pay for a wrong answer: what is played in it proves nothing."
              : "It can be played, but nobody has proven that its tasks can be solved or that its reward is right."}{" "}
            <Anchor component={Link} href={paths.environment(environment.id)} inherit underline="always">
              Open the environment
            </Anchor>{" "}
            {environment.status === "rejected" ? "to read its report." : "to verify it."}
          </Text>
        </Alert>
      )}
    </Stack>
  );
}

function Unplayable({ environment }: { environment: Environment }) {
  const noSource = environment.source.trim() === "";
  return (
    <EmptyState
      icon={<IconPuzzleOff size={24} stroke={1.5} />}
      title={noSource ? "The source is missing" : "No tools are known"}
      action={
        <Button component={Link} href={noSource ? paths.environments : paths.environment(environment.id)}>
          {noSource ? "Go to Environments" : "Open the environment"}
        </Button>
      }
    >
      {noSource
        ? `Its tasks came without the Python file. Import ${environment.className}.py on the Environments page, and they can be played.`
        : "Verify the environment first: its tools are read from the docstrings while its contract is checked."}
    </EmptyState>
  );
}

/** What the address asks for: a task to begin with, or a configuration of one's own, the reference solver at once, an episode, or several. */
function intentOf(
  search: string,
  count: number,
): { index: number | null; own: string | null; watch: boolean; trace: EpisodeId | null; race: EpisodeId[] } {
  const query = new URLSearchParams(search);
  const index = Number(query.get("config") ?? "");
  const idsIn = (name: string): EpisodeId[] => (query.get(name) ?? "").split(",").flatMap((id) => episodeIdSchema.safeParse(id).data ?? []);
  return {
    index: query.has("config") && Number.isInteger(index) && index >= 0 && index < count ? index : null,
    own: queryValue(search, "own"),
    watch: query.get("watch") === "1",
    trace: idsIn("trace")[0] ?? null,
    race: idsIn("race").slice(0, 4),
  };
}

/** Where it goes on: a person calls tools, anybody else is watched. */
const placeOf = (player: Player): string => (player.kind === "person" ? "tools" : "history");

function Playable({ environment }: { environment: Environment }) {
  const [, navigate] = useLocation();
  const search = useSearch();
  const choices = taskChoicesOf(environment);
  const intent = intentOf(search, choices.length);
  const racing = intent.race.length > 0;
  const shownIds = racing ? intent.race : intent.trace === null ? [] : [intent.trace];
  const { episodes: opened, error: openError } = useOpenEpisodes(shownIds);
  const start = usePlay((state) => state.start);
  const resume = usePlay((state) => state.resume);
  const branch = usePlay((state) => state.branch);
  const modelPlayer = usePlay((state) => state.modelPlayer);
  const profiles = useSettings((state) => state.settings.profiles);
  const keys = useSettings((state) => state.keys);
  const action = useAction();
  const focusNext = useFocusNext();
  const { episodes: stored, error: listError } = useStoredEpisodes(
    environment.id,
    opened.map((episode) => `${episode?.id ?? ""}/${episode?.phase ?? ""}/${episode?.view.status ?? ""}`).join(),
  );
  const bundled = useRecordings(environment.id);
  const first = opened[0] ?? null;
  const shownConfig = first?.view.head?.config ?? null;

  const [picked, setPicked] = useState<number | typeof OWN>(() =>
    intent.own === null ? (intent.index ?? firstChoiceOf(choices)?.index ?? OWN) : OWN,
  );
  const [own, setOwn] = useState(() => intent.own ?? configDraft(environment.id).read() ?? choices[0]?.task.config ?? "{}");
  const [player, setPlayer] = useState("person");
  const [seed, setSeed] = useState(1);
  const [limits, setLimits] = useState(USUAL_LIMITS);
  // The address and the episode that is shown choose the task again when they change.
  const [asked, setAsked] = useState({ index: intent.index, config: shownConfig });
  if (asked.index !== intent.index || asked.config !== shownConfig) {
    setAsked({ index: intent.index, config: shownConfig });
    if (shownConfig !== null && asked.config !== shownConfig) {
      const index = choices.find((choice) => choice.task.config === shownConfig)?.index;
      if (index === undefined) setOwn(shownConfig);
      setPicked(index ?? OWN);
    } else if (intent.index !== null && asked.index !== intent.index) setPicked(intent.index);
  }

  const configOf = (choice: number | typeof OWN): string => (choice === OWN ? own : (choices[choice]?.task.config ?? "{}"));
  const config = configOf(picked);
  const recorded = [...bundled, ...recordings((stored ?? []).filter((episode) => episode.config === config))];
  const taskName = (text: string): string => {
    const index = choices.find((choice) => choice.task.config === text)?.index;
    return index === undefined ? "own configuration" : `task ${index + 1}`;
  };
  const groupsWith = (episodes: readonly EpisodeSummary[]): PlayerGroup[] =>
    playerGroups({
      profiles,
      keys,
      tools: environment.tools,
      recorded: episodes.map((episode) => ({ episode, task: taskName(episode.config) })),
    });
  const groups = groupsWith(recorded);
  const makePlayer = (value: string): Player => playerOf(value, { modelPlayer, episodes: recorded, seed });
  const show = (id: EpisodeId): void => navigate(paths.trace(environment.id, id), { replace: first !== null });
  const startWith = (text: string, who: Player): void => show(start({ environmentId: environment.id, config: text, player: who, limits }));
  /** Asked for by a press: the focus goes to where the episode is played or watched. */
  const play = (text: string, who: Player): void => {
    startWith(text, who);
    focusNext(placeOf(who));
  };
  const leave = (): void => {
    if (shownIds.length > 0) navigate(paths.playEnvironment(environment.id), { replace: true });
  };

  // "?watch=1" is an order, not a state: it is carried out once, and the episode takes its place in the address.
  const carriedOut = useRef(false);
  useEffect(() => {
    if (!intent.watch) {
      carriedOut.current = false;
      return;
    }
    if (carriedOut.current) return;
    carriedOut.current = true;
    startWith(config, { kind: "reference-solver" });
  });

  const running = first !== null && !racing && shownConfig === config;
  const nextIndex = typeof picked === "number" && picked + 1 < choices.length ? picked + 1 : null;
  const again = first?.view.head?.player ?? { kind: "person" as const };
  return (
    <Stack gap="md">
      <SetupPanel
        choices={choices}
        chosen={picked}
        own={own}
        groups={groups}
        player={groups.some(({ items }) => items.some(({ value }) => value === player)) ? player : "person"}
        seed={seed}
        limits={limits}
        started={running && again.kind === "person"}
        busy={first?.phase === "starting" && first.view.lastSeq < 0}
        models={hasModel({ profiles, keys })}
        onChoose={(choice) => {
          setPicked(choice);
          if (player.startsWith("recorded:")) setPlayer("person");
          leave();
        }}
        onOwn={(text) => {
          setOwn(text);
          configDraft(environment.id).keep(text);
          leave();
        }}
        onPlayer={(value) => {
          setPlayer(value);
          // A recorded episode goes with its task.
          const task = choices.find(
            (choice) => choice.task.config === recorded.find((episode) => value === `recorded:${episode.id}`)?.config,
          );
          if (task !== undefined && task.index !== picked) {
            setPicked(task.index);
            leave();
          }
        }}
        onSeed={setSeed}
        onLimits={setLimits}
        onStart={() => action.run(async () => play(config, makePlayer(player)))}
        onWatch={() => play(config, { kind: "reference-solver" })}
      >
        {parseConfig(config) !== null && (
          <ShareButton wish={{ environmentId: environment.id, config, episodeId: null }} label="Share this task" />
        )}
        <RaceSetup
          // On another task a recorded episode would make no sense, and in a race all play the same one.
          groups={groupsWith(recorded.filter((episode) => episode.config === config))}
          valid={parseConfig(config) !== null}
          onRace={(values) =>
            action.run(async () => {
              const players = values.map(makePlayer);
              navigate(
                paths.race(
                  environment.id,
                  players.map((who) => start({ environmentId: environment.id, config, player: who, limits })),
                ),
                { replace: first !== null },
              );
              focusNext("race");
            })
          }
        />
      </SetupPanel>
      {action.error !== null && <ErrorNotice error={action.error} title="The episode could not start" />}
      {openError !== null && <ErrorNotice error={openError} title="The episode could not be opened" />}
      {racing && <RaceView key={search} environment={environment} episodes={opened} />}
      {!racing && first !== null && first.view.head === null && first.error === null && <Skeleton height={320} />}
      {!racing && first !== null && first.view.head === null && first.error !== null && (
        <ErrorNotice error={first.error} title="The episode could not start" />
      )}
      {!racing && first !== null && first.view.head !== null && (
        <EpisodeView
          key={first.id}
          environment={environment}
          episode={first}
          task={typeof picked === "number" ? (choices[picked]?.task ?? null) : null}
          onAgain={() => play(config, again.kind === "reference-solver" ? { kind: "person" } : again)}
          onNext={nextIndex === null ? null : () => play(configOf(nextIndex), again)}
          onBranch={(steps, who) =>
            action.run(async () => {
              show(await branch(first.id, steps, who));
              focusNext(placeOf(who));
            })
          }
        />
      )}
      {shownIds.length === 0 && <TaskPanel text={environment.taskText} />}
      <EpisodeList
        environment={environment}
        episodes={stored}
        error={listError}
        current={opened.filter((episode) => episode !== null)}
        onResume={({ id, player: who }) => {
          resume(id);
          show(id);
          focusNext(placeOf(who));
        }}
        onRemoved={(id) => {
          if (shownIds.includes(id)) leave();
        }}
      />
    </Stack>
  );
}

/** `/play/:environmentId` */
export function PlayEnvironment({ environment }: { environment: Environment }) {
  const playable = environment.source.trim() !== "" && environment.tools.length > 0;
  return (
    <Stack gap="md">
      <Header environment={environment} />
      {playable ? <Playable environment={environment} /> : <Unplayable environment={environment} />}
    </Stack>
  );
}
