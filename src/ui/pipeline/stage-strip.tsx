import { Stack, VisuallyHidden } from "@mantine/core";
import { IconCircle, IconCircleCheck, IconCircleDotted, IconCircleX } from "@tabler/icons-react";
import type { CSSProperties } from "react";
import { formatDuration } from "../text/index.ts";
import { formatNumber } from "./formats.ts";
import type { Progress, StageState } from "./run-progress.ts";
import classes from "./stage-strip.module.css";
import type { Pace } from "./use-pace.ts";

const ICON: Record<StageState, typeof IconCircle> = {
  waiting: IconCircleDotted,
  current: IconCircle,
  passed: IconCircleCheck,
  failed: IconCircleX,
};
const SAID: Record<StageState, string> = { waiting: "not yet", current: "under way", passed: "passed", failed: "failed" };

function countText(progress: Progress, pace: Pace, waiting: string | null): string {
  const { count } = progress;
  if (count === null) return waiting ?? "";
  const done = `${formatNumber(count.done)} of ${formatNumber(count.total)}`;
  if (waiting !== null) return `${done} · ${waiting}`;
  const parts = [`${done} ${count.unit}`];
  if (pace.rate !== null && count.unit !== "replies" && count.unit !== "gates") {
    parts.push(`${pace.rate < 10 ? pace.rate.toFixed(1) : Math.round(pace.rate)} a second`);
  }
  if (pace.leftMs !== null && pace.leftMs > 0) parts.push(`about ${formatDuration(pace.leftMs)} left`);
  return parts.join(" · ");
}

export type StageStripProps = {
  progress: Progress;
  pace: Pace;
  /** This tab is at work on it. */
  live: boolean;
  elapsedMs: number | null;
  /** A request is to be tried again: "trying again in 12 s". Said in place of the unit and the pace. */
  waiting: string | null;
  /** What the run has cost so far; null where there is nothing to say. */
  cost: string | null;
  /** Shown in place of the counts when no stage is under way; said aloud when the run rests. */
  note: string;
};

/** The six stages, how far each is, and one line of figures that never changes its height. */
export function StageStrip({ progress, pace, live, elapsedMs, waiting, cost, note }: StageStripProps) {
  const { current, count, stages } = progress;
  const share = count === null || count.total === 0 ? 0.04 : Math.max(0.04, Math.min(1, count.done / count.total));
  const counted = countText(progress, pace, waiting);
  const said = current !== null ? `${current.label} is under way` : live ? "" : note;
  return (
    // Its texts change many times a second: what translates the page stays out.
    <Stack gap={8} translate="no">
      <ol className={classes.strip} aria-label="Stages">
        {stages.map((stage) => {
          const Icon = ICON[stage.state];
          const style = { "--share": stage.state === "current" ? share : 0 } as CSSProperties;
          return (
            <li
              key={stage.name}
              className={classes.stage}
              data-state={stage.state}
              data-live={live}
              aria-current={stage.state === "current" ? "step" : undefined}
            >
              <div className={classes.bar}>
                <div className={classes.fill} style={style} />
              </div>
              <div className={classes.label}>
                <Icon size={16} stroke={1.8} aria-hidden />
                <span className={classes.name}>{stage.label}</span>
                <VisuallyHidden>, {SAID[stage.state]}</VisuallyHidden>
              </div>
            </li>
          );
        })}
      </ol>
      <div className={classes.line} data-live={live}>
        <span>
          {current === null ? note : <strong>{current.label}</strong>}
          {current !== null && counted !== "" && ` · ${counted}`}
        </span>
        <span>
          {cost !== null && `${cost} · `}
          {elapsedMs !== null && formatDuration(elapsedMs)}
          {live && ` · ${Math.round(progress.fraction * 100)} %`}
        </span>
      </div>
      {/* Stages are announced, counts are not: they change many times a second. */}
      <VisuallyHidden>
        <output>{said}</output>
      </VisuallyHidden>
    </Stack>
  );
}
