import { Alert, Anchor, Button, Group, Stack, Text, Title } from "@mantine/core";
import { IconArrowLeft, IconInfoCircle, IconPuzzleOff } from "@tabler/icons-react";
import { useEffect, useRef, useState } from "react";
import { Link, useLocation, useSearch } from "wouter";
import type { Environment } from "@/domain";
import { EmptyState } from "../components/empty-state.tsx";
import { ErrorNotice } from "../components/error-notice.tsx";
import { paths } from "../components/links.ts";
import { StatusBadge } from "../components/status-badge.tsx";
import { usePlay } from "../stores.tsx";
import { EpisodeList } from "./episode-list.tsx";
import { SessionView } from "./session-view.tsx";
import { OWN, TaskPicker } from "./task-picker.tsx";
import { TaskPanel } from "./task-panel.tsx";
import { firstChoiceOf, taskChoicesOf } from "./tasks.ts";
import { useAction } from "../components/use-action.ts";

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
        <Alert color="yellow" icon={<IconInfoCircle aria-hidden />} title={environment.status === "rejected" ? "This environment was rejected" : "Not verified yet"}>
          <Text size="sm">
            It can be played, but nobody has proven that its tasks can be solved or that its reward is right.{" "}
            <Anchor component={Link} href={paths.environment(environment.id)} inherit underline="always">
              Open the environment
            </Anchor>{" "}
            to verify it or to read its report.
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

/** What the address asks for: a task to begin with, and the reference solver at once. */
function intentOf(search: string, count: number): { index: number | null; watch: boolean } {
  const query = new URLSearchParams(search);
  const index = Number(query.get("config") ?? "");
  return { index: query.has("config") && Number.isInteger(index) && index >= 0 && index < count ? index : null, watch: query.get("watch") === "1" };
}

function Playable({ environment }: { environment: Environment }) {
  const [, navigate] = useLocation();
  // The page is made anew when the task in the address changes, so it is read once.
  const search = useSearch();
  const start = usePlay((state) => state.start);
  const watchReference = usePlay((state) => state.watchReference);
  const session = usePlay((state) => (state.session?.environmentId === environment.id ? state.session : null));
  const action = useAction();
  const choices = taskChoicesOf(environment);
  const [picked, setPicked] = useState<number | typeof OWN>(() => {
    const { index } = intentOf(search, choices.length);
    const playing = choices.find((choice) => choice.task.config === session?.config);
    return index ?? playing?.index ?? firstChoiceOf(choices)?.index ?? OWN;
  });
  const [own, setOwn] = useState(() => session?.config ?? choices[0]?.task.config ?? "{}");
  const configOf = (choice: number | typeof OWN): string => (choice === OWN ? own : (choices[choice]?.task.config ?? "{}"));
  const config = configOf(picked);
  const running = session !== null && session.config === config;

  const startWith = (text: string, resume = false): void => action.run(() => start(environment.id, text, { resume }));
  const watch = (text: string): void => action.run(() => watchReference(environment.id, text));

  // "?watch=1" is an order, not a state: it is carried out once, then taken off the address.
  const ordered = intentOf(search, choices.length);
  const carriedOut = useRef(false);
  useEffect(() => {
    if (!ordered.watch) {
      carriedOut.current = false;
      return;
    }
    if (carriedOut.current) return;
    carriedOut.current = true;
    navigate(paths.playEnvironment(environment.id, ordered.index === null ? {} : { config: ordered.index }), { replace: true });
    action.run(() => watchReference(environment.id, config));
  });

  const nextIndex = typeof picked === "number" && picked + 1 < choices.length ? picked + 1 : null;
  const onNext =
    nextIndex === null
      ? null
      : () => {
          setPicked(nextIndex);
          if (session?.player === "reference-solver") watch(configOf(nextIndex));
          else startWith(configOf(nextIndex));
        };
  return (
    <Stack gap="md">
      <TaskPicker
        choices={choices}
        chosen={picked}
        own={own}
        started={running && session.player === "person"}
        busy={action.busy && session?.phase === "starting"}
        onChoose={setPicked}
        onOwn={setOwn}
        onStart={() => startWith(config)}
        onWatch={() => watch(config)}
      />
      {action.error !== null && session?.error == null && <ErrorNotice error={action.error} title="The episode could not start" />}
      {running ? (
        <SessionView
          key={session.player}
          environment={environment}
          session={session}
          task={typeof picked === "number" ? (choices[picked]?.task ?? null) : null}
          onAgain={() => startWith(config)}
          onContinue={() => (session.player === "person" ? startWith(config, true) : watch(config))}
          onNext={onNext}
        />
      ) : (
        <TaskPanel text={environment.taskText} />
      )}
      <EpisodeList
        environment={environment}
        version={`${session?.phase ?? ""}/${session?.config ?? ""}`}
        onResume={(text) => {
          const index = choices.find((choice) => choice.task.config === text)?.index;
          if (index === undefined) setOwn(text);
          setPicked(index ?? OWN);
          startWith(text, true);
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
