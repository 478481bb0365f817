import { Group, Paper, Stack, Text, Title } from "@mantine/core";
import { type ReactNode, useMemo, useState } from "react";
import { isScripted, type Player, type Tool } from "@/domain";
import type { OpenEpisode } from "@/state";
import { ErrorNotice, focusPlace } from "../components/index.ts";
import { formatCount } from "../text/index.ts";
import { PickingProvider, ResultPanel, StepControls, timelineOf, TimelineList, ToolPanel } from "../play/index.ts";
import { usePlay } from "@/ui/stores";
import classes from "./share.module.css";
import { claimedPlayer } from "./texts.ts";

export type GuestEpisodeProps = {
  episode: OpenEpisode;
  /** It came with the link; else the visitor plays it here. */
  claimed: boolean;
  tools: readonly Tool[];
  onAgain: () => void;
  onBranch: (steps: number) => void;
  /** Rounds that are shown at first, where the list has no box that scrolls. */
  page: number | undefined;
  /** What can be done with it. */
  children: ReactNode;
};

function emptyText({ phase, view }: OpenEpisode, claimed: boolean): string {
  if (phase === "starting") return "Starting Python and a fresh environment…";
  if (view.calls.length > 0) return "At the start: no call has been made. Step forwards, or press play.";
  return claimed ? "The episode in the link has no call." : "No call yet. Choose a tool; Observe is often a good first one.";
}

/** Timeline and, where the visitor plays, the tools beside it. */
export function GuestEpisode({ episode, claimed, tools, onAgain, onBranch, page, children }: GuestEpisodeProps) {
  const resume = usePlay((state) => state.resume);
  const { view, phase, error } = episode;
  const player: Player = view.head?.player ?? { kind: "person" };
  const [moved, setMoved] = useState<number | null>(claimed ? 0 : null);
  const turns = useMemo(() => timelineOf(view), [view]);
  const cursor = moved === null ? turns.length : Math.min(moved, turns.length);
  const over = view.status === "ended";
  const byHand = !claimed && !over && (phase === "yours" || phase === "calling" || (phase === "starting" && view.control === "person"));
  const trouble = error ?? (phase === "idle" ? view.error : null);
  return (
    <PickingProvider open={byHand}>
      <Stack gap="md">
        {!claimed && trouble !== null && (
          <ErrorNotice error={trouble} title="The episode cannot continue" onRetry={() => resume(episode.id)} />
        )}
        {!claimed && over && phase === "idle" && view.why !== null && (
          <ResultPanel view={view} player={player} referenceRounds={null} onAgain={onAgain} onNext={null} />
        )}
        <div className={byHand ? classes.columns : undefined}>
          {byHand && (
            <div className={classes.beside}>
              <ToolPanel tools={tools} episode={episode} />
            </div>
          )}
          <Paper withBorder p="md" component="section" aria-labelledby="shared-history" style={{ minWidth: 0 }}>
            <Stack gap="sm">
              <Group justify="space-between" gap="xs">
                <Title order={2} id="shared-history" {...focusPlace("history")} style={{ overflowWrap: "anywhere" }}>
                  {claimed ? "Episode in the link" : "Your episode"}
                </Title>
                <Text size="sm" c="dimmed" style={{ fontVariantNumeric: "tabular-nums", overflowWrap: "anywhere" }}>
                  {claimed ? `claims to be played by ${claimedPlayer(player)} · ` : ""}
                  {formatCount(view.rounds, "round")}
                </Text>
              </Group>
              {turns.length > 0 && (
                <StepControls cursor={cursor} count={turns.length} onMove={(to) => setMoved(to >= turns.length && !claimed ? null : to)} />
              )}
              <TimelineList
                turns={turns.slice(0, cursor)}
                player={player}
                current={cursor < turns.length || claimed || isScripted(player) ? cursor : null}
                live={null}
                pickable={byHand}
                byHandOnly
                onBranch={onBranch}
                label={claimed ? "Rounds in the link" : "Calls and observations"}
                empty={emptyText(episode, claimed)}
                {...(page === undefined ? {} : { page })}
              />
              {children}
            </Stack>
          </Paper>
        </div>
      </Stack>
    </PickingProvider>
  );
}
