import { Button, Text, VisuallyHidden } from "@mantine/core";
import { useLayoutEffect, useRef, useState } from "react";
import type { Player } from "@/domain";
import type { LiveTurn } from "@/state";
import { LiveItem } from "./live-item.tsx";
import stepClasses from "./steps.module.css";
import classes from "./timeline-list.module.css";
import type { Turn } from "./timeline.ts";
import { type BranchBy, TurnItem } from "./turn-item.tsx";

/** In a box that scrolls. */
const PAGE = 200;

export type TimelineListProps = {
  turns: readonly Turn[];
  player: Player;
  /** Highlighted and kept in view; null marks none and keeps the end in view. */
  current: number | null;
  /** A model's turn as it comes in. */
  live: LiveTurn | null;
  pickable?: boolean;
  /** Only a person may play on from a step. */
  byHandOnly?: boolean;
  onBranch: BranchBy | null;
  empty: string;
  label: string;
  /** So many at first, and at each press as many more. */
  page?: number;
};

function spokenOf(turn: Turn): string {
  const { outcome, number } = turn;
  if (outcome.kind === "call") return `Round ${number}: ${outcome.call.observation.slice(0, 300)}`;
  return outcome.kind === "fault" ? `Round ${number}: ${outcome.answer.slice(0, 300)}` : "";
}

/** Turns with what came back, oldest first, in a box that keeps its height. */
export function TimelineList({
  turns,
  player,
  current,
  live,
  pickable = false,
  byHandOnly = false,
  onBranch,
  empty,
  label,
  page = PAGE,
}: TimelineListProps) {
  const [shown, setShown] = useState(page);
  const box = useRef<HTMLElement | null>(null);
  const hidden = Math.max(0, turns.length - shown);
  const grown = live === null ? 0 : live.text.length + live.reasoning.length;
  useLayoutEffect(() => {
    const element = box.current;
    if (element === null || (turns.length === 0 && grown === 0)) return;
    const item = element.querySelector<HTMLElement>('[data-current="true"]');
    if (current === null || item === null) element.scrollTop = element.scrollHeight;
    else element.scrollTop = Math.max(0, item.offsetTop - (element.clientHeight - item.offsetHeight) / 2);
  }, [turns.length, current, grown]);
  const last = turns.at(-1);
  return (
    <>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- scrolled by the arrow keys */}
      <section ref={box} className={classes.history} tabIndex={0} aria-label={label}>
        {turns.length === 0 && live === null && (
          <Text size="sm" c="dimmed" p="md">
            {empty}
          </Text>
        )}
        {hidden > 0 && (
          <Button size="compact-xs" variant="subtle" m={6} onClick={() => setShown(shown + page)}>
            Show earlier rounds
          </Button>
        )}
        <ol className={stepClasses.steps}>
          {turns.slice(hidden).map((turn) => (
            <TurnItem
              key={turn.number}
              turn={turn}
              current={current === turn.number}
              player={player}
              pickable={pickable}
              byHandOnly={byHandOnly}
              onBranch={onBranch}
            />
          ))}
        </ol>
        {live !== null && <LiveItem live={live} />}
      </section>
      {/* The one thing that is said aloud after a turn: what came back. */}
      <VisuallyHidden>
        <output translate="no">{last === undefined || current !== null ? "" : spokenOf(last)}</output>
      </VisuallyHidden>
    </>
  );
}
