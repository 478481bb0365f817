import { ActionIcon, Group, Slider } from "@mantine/core";
import {
  IconChevronLeft,
  IconChevronRight,
  IconChevronsLeft,
  IconChevronsRight,
  IconPlayerPauseFilled,
  IconPlayerPlayFilled,
} from "@tabler/icons-react";
import { type KeyboardEvent, type ReactNode, useEffect, useState } from "react";
import classes from "./step-controls.module.css";

const STEP_MS = 800;

/** Stays focusable where it can do nothing, so that the focus is not lost at either end. */
function StepButton({ label, off, onClick, children }: { label: string; off: boolean; onClick: () => void; children: ReactNode }) {
  return (
    <ActionIcon
      variant="default"
      size={36}
      aria-label={label}
      aria-disabled={off}
      className={classes.stepButton ?? ""}
      onClick={() => off || onClick()}
    >
      {children}
    </ActionIcon>
  );
}

export type StepControlsProps = { cursor: number; count: number; onMove: (cursor: number) => void };

/** Moves through the rounds of an episode: buttons, arrow keys, slider, or by itself. It only shows; it plays nothing. */
export function StepControls({ cursor, count, onMove }: StepControlsProps) {
  const [playing, setPlaying] = useState(false);
  const running = playing && cursor < count;

  useEffect(() => {
    if (!running) return undefined;
    const timer = setTimeout(() => onMove(cursor + 1), STEP_MS);
    return () => clearTimeout(timer);
  }, [running, cursor, onMove]);

  const go = (to: number): void => {
    setPlaying(false);
    onMove(Math.max(0, Math.min(count, to)));
  };
  const play = (): void => {
    if (running) {
      setPlaying(false);
      return;
    }
    if (cursor >= count) onMove(0);
    setPlaying(true);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    // The slider moves itself.
    if (event.target instanceof HTMLElement && event.target.role === "slider") return;
    const to: Record<string, number> = { ArrowLeft: cursor - 1, ArrowRight: cursor + 1, Home: 0, End: count };
    const next = to[event.key];
    if (next === undefined) return;
    event.preventDefault();
    go(next);
  };

  return (
    // oxlint-disable-next-line jsx-a11y/no-static-element-interactions -- keys of the buttons inside
    <div className={classes.controls} onKeyDown={onKeyDown}>
      <Group gap={4} wrap="nowrap">
        <StepButton label="To the start" off={cursor === 0} onClick={() => go(0)}>
          <IconChevronsLeft size={18} />
        </StepButton>
        <StepButton label="One step back" off={cursor === 0} onClick={() => go(cursor - 1)}>
          <IconChevronLeft size={18} />
        </StepButton>
        <ActionIcon variant="filled" size={36} aria-label={running ? "Stop moving" : "Play the rounds"} onClick={play}>
          {running ? <IconPlayerPauseFilled size={16} /> : <IconPlayerPlayFilled size={16} />}
        </ActionIcon>
        <StepButton label="One step forwards" off={cursor >= count} onClick={() => go(cursor + 1)}>
          <IconChevronRight size={18} />
        </StepButton>
        <StepButton label="To the end" off={cursor >= count} onClick={() => go(count)}>
          <IconChevronsRight size={18} />
        </StepButton>
      </Group>
      <Slider
        className={classes.slider ?? ""}
        min={0}
        max={Math.max(1, count)}
        step={1}
        value={cursor}
        onChange={go}
        label={null}
        thumbLabel="Round"
        thumbSize={24}
      />
      <span className={classes.where}>
        Round {cursor} of {count}
      </span>
    </div>
  );
}
