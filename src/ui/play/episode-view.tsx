import { Alert, Anchor, Button, Group, Menu, Paper, Stack, Text, Title } from "@mantine/core";
import { IconDownload, IconInfoCircle } from "@tabler/icons-react";
import { type ReactNode, useId, useMemo, useState } from "react";
import { Link } from "wouter";
import { type Environment, isScripted, isUndone, type Player, sourceHashOf, statesOf, type Task } from "@/domain";
import type { OpenEpisode } from "@/state";
import { ErrorNotice, focusPlace, saveDownload, ShareButton, useAction } from "../components/index.ts";
import { formatCount, paths } from "../text/index.ts";
import { usePlay } from "@/ui/stores";
import { HiddenStatePanel } from "./hidden-state.tsx";
import { PickingProvider } from "./picking.tsx";
import shared from "./play.module.css";
import classes from "./episode-view.module.css";
import { PlayerPanel } from "./player-panel.tsx";
import { ReferencePanel } from "./reference-panel.tsx";
import { ResultPanel } from "./result-panel.tsx";
import { StepControls } from "./step-controls.tsx";
import { TaskPanel } from "./task-panel.tsx";
import { timelineOf } from "./timeline.ts";
import { TimelineList } from "./timeline-list.tsx";
import { ToolPanel } from "./tool-panel.tsx";
import { whoText } from "./texts.ts";

export type EpisodeViewProps = {
  environment: Environment;
  episode: OpenEpisode;
  task: Task | null;
  onAgain: () => void;
  onNext: (() => void) | null;
  onBranch: (steps: number, player: Player) => void;
};

/** What keeps it from going on, plainly. */
function Troubles({ environment, episode }: { environment: Environment; episode: OpenEpisode }) {
  const resume = usePlay((state) => state.resume);
  const { view, phase, error } = episode;
  const { head } = view;
  const last = view.calls.at(-1);
  const again = (): void => resume(episode.id);
  return (
    <>
      {error !== null && (
        <ErrorNotice
          error={error}
          title={view.calls.length === 0 ? "The episode could not start" : "The episode cannot continue"}
          onRetry={again}
        />
      )}
      {phase === "idle" && view.error !== null && (
        <ErrorNotice error={view.error} title="The episode stopped" onRetry={again}>
          <Text size="sm">What was played so far is saved.</Text>
        </ErrorNotice>
      )}
      {last !== undefined && isUndone(last) && view.status !== "ended" && (
        <ErrorNotice
          error={{ name: "EpisodeError", code: "undone", message: last.observation, retryable: false }}
          title="The last call did not come back"
        />
      )}
      {view.why === "environment-failed" && view.calls.length === 0 && (
        <Alert color="red" title="The environment does not start with this configuration">
          <Text size="sm">Choose another task, or verify the environment.</Text>
        </Alert>
      )}
      {head !== null && head.sourceHash !== "" && head.sourceHash !== sourceHashOf(environment.source) && (
        <Alert color="yellow" icon={<IconInfoCircle aria-hidden />} title="The environment was changed since">
          <Text size="sm">This episode was played on another version of its source; a replay may part from it.</Text>
        </Alert>
      )}
    </>
  );
}

function Origin({ environment, episode }: { environment: Environment; episode: OpenEpisode }) {
  const branch = episode.view.head?.branch ?? null;
  if (branch === null) return null;
  return (
    <Text size="sm" c="dimmed">
      A branch: its first {formatCount(branch.steps, "round")} {branch.steps === 1 ? "is" : "are"} repeated from{" "}
      <Anchor component={Link} href={paths.trace(environment.id, branch.traceId)} inherit underline="always">
        another episode
      </Anchor>
      .
    </Text>
  );
}

function ExportButton({ episode }: { episode: OpenEpisode }) {
  const exportTrace = usePlay((state) => state.exportTrace);
  const action = useAction();
  const save = (as: "json" | "page"): void => action.run(async () => saveDownload(await exportTrace(episode.id, as)));
  return (
    <>
      <Menu position="bottom-end" withinPortal>
        <Menu.Target>
          <Button size="compact-sm" variant="subtle" loading={action.busy} leftSection={<IconDownload size={14} aria-hidden />}>
            Download
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={() => save("json")}>As JSON</Menu.Item>
          <Menu.Item onClick={() => save("page")}>As a page by itself (.html)</Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {action.error !== null && <ErrorNotice error={action.error} title="It could not be downloaded" />}
    </>
  );
}

const LABEL: Record<string, string> = { person: "Calls and observations", "reference-solver": "Rounds of the reference solver" };

/** An episode under way or over: its timeline on the left, what can be done with it on the right; on a phone the tools come before the timeline. */
export function EpisodeView({ environment, episode, task, onAgain, onNext, onBranch }: EpisodeViewProps) {
  const replay = usePlay((state) => state.replay);
  const historyTitle = useId();
  const { view, phase, live } = episode;
  const player: Player = view.head?.player ?? { kind: "person" };
  // Who is only watched is watched from the start; whoever decides as it goes is followed.
  const [moved, setMoved] = useState<number | null>(isScripted(player) ? 0 : null);
  const turns = useMemo(() => timelineOf(view), [view]);
  const states = useMemo(() => statesOf(view), [view]);
  const cursor = moved === null ? turns.length : Math.min(moved, turns.length);
  const back = cursor < turns.length;
  const person = player.kind === "person";
  const byHand = phase === "yours" || phase === "calling" || (phase === "starting" && view.control === "person" && person);
  const over = view.status === "ended";
  const move = (to: number): void => setMoved(to >= turns.length && !over ? null : to);
  const calls = turns[cursor - 1]?.calls ?? 0;
  const idle = phase === "idle";

  let result: ReactNode = null;
  // For whoever has played it stays while they step back: nothing below it moves.
  if (over && idle && (person || !back) && view.why !== null)
    result = <ResultPanel view={view} player={player} referenceRounds={task?.rounds ?? null} onAgain={onAgain} onNext={onNext} />;

  return (
    <PickingProvider open={byHand}>
      <Stack gap="md">
        <Troubles environment={environment} episode={episode} />
        {person && result}
        <div className={classes.columns} data-tools={byHand}>
          <div className={classes.left}>
            <TaskPanel text={environment.taskText} />
          </div>
          {byHand && (
            <div className={classes.right}>
              <ToolPanel tools={environment.tools} episode={episode} />
            </div>
          )}
          <Stack gap="md" className={classes.left ?? ""}>
            <Paper withBorder p="md" component="section" aria-labelledby={historyTitle}>
              <Stack gap="sm">
                <Group justify="space-between" gap="xs" mih={30}>
                  <Title order={2} id={historyTitle} {...focusPlace("history")} style={{ overflowWrap: "anywhere" }}>
                    {person && view.head?.branch === null ? "Calls" : whoText(player, view.head?.branch ?? null)}
                  </Title>
                  <Group gap="4px 10px">
                    <Text size="sm" c="dimmed" style={{ fontVariantNumeric: "tabular-nums" }}>
                      {formatCount(view.rounds, "round")} · {over && back && !person ? "reward at the end" : `reward ${view.reward}`}
                    </Text>
                    {view.head !== null && idle && (
                      <Group gap={4} wrap="nowrap" className={shared.textButtons ?? ""}>
                        <ShareButton
                          wish={{ environmentId: environment.id, config: view.head.config, episodeId: episode.id }}
                          label="Share"
                        />
                        <ExportButton episode={episode} />
                      </Group>
                    )}
                  </Group>
                </Group>
                <Origin environment={environment} episode={episode} />
                {turns.length > 0 && (idle || !isScripted(player)) && <StepControls cursor={cursor} count={turns.length} onMove={move} />}
                <TimelineList
                  turns={isScripted(player) && !idle ? turns : turns.slice(0, cursor)}
                  player={player}
                  current={back || (isScripted(player) && idle) ? cursor : null}
                  live={back ? null : live}
                  pickable={byHand}
                  onBranch={onBranch}
                  label={LABEL[player.kind] ?? "Turns of the player"}
                  empty={emptyText(phase, person, turns.length)}
                />
              </Stack>
            </Paper>
            {!person && result}
          </Stack>
          <Stack gap="md" className={classes.right ?? ""}>
            {(!person || (idle && !over)) && <PlayerPanel episode={episode} />}
            {view.head !== null && player.kind !== "reference-solver" && (
              <ReferencePanel episode={episode} environmentId={environment.id} config={view.head.config} spoils={person} />
            )}
            {view.head !== null && (
              <HiddenStatePanel
                states={states}
                cursor={calls}
                spoils={person && !over}
                onReplay={idle && view.calls.length > 0 ? () => replay(episode.id) : null}
              />
            )}
          </Stack>
        </div>
      </Stack>
    </PickingProvider>
  );
}

function emptyText(phase: OpenEpisode["phase"], person: boolean, turns: number): string {
  if (phase === "starting") return "Starting a fresh interpreter…";
  if (turns > 0) return "At the start: no call has been made. Step forwards, or press play.";
  return person ? "No call yet. Choose a tool; Observe is often a good first one." : "No turn yet.";
}
