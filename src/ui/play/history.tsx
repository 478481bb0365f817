import { Button, Text, VisuallyHidden } from "@mantine/core";
import { memo, useLayoutEffect, useRef, useState } from "react";
import type { PlayStep } from "@/state";
import { callText, observationText } from "./call-text.ts";
import classes from "./play.module.css";

const PAGE = 200;
const MAX_CHARS = 3000;

function Long({ text, className }: { text: string; className: string | undefined }) {
  const [all, setAll] = useState(false);
  const cut = !all && text.length > MAX_CHARS;
  return (
    <>
      <pre className={className}>{cut ? `${text.slice(0, MAX_CHARS)}…` : text}</pre>
      {cut && (
        <Button size="compact-xs" variant="subtle" onClick={() => setAll(true)}>
          Show all {text.length.toLocaleString("en")} characters
        </Button>
      )}
    </>
  );
}

const Step = memo(function Step({ step, number, current }: { step: PlayStep; number: number; current: boolean }) {
  return (
    <li className={classes.step} data-current={current || undefined} data-ok={step.ok} aria-current={current ? "step" : undefined}>
      <span className={classes.stepNumber}>{number}</span>
      <div className={classes.stepBody}>
        <Long text={callText(step)} className={classes.call} />
        {!step.ok && <span className={classes.refused}>The call was not accepted</span>}
        <Long text={observationText(step.observation)} className={classes.observation} />
      </div>
    </li>
  );
});

export type HistoryProps = {
  steps: readonly PlayStep[];
  /** Highlighted and kept in view; null marks none and keeps the end in view. */
  current: number | null;
  empty: string;
  label: string;
};

/** Calls with what came back, oldest first, in a box that keeps its height. */
export function History({ steps, current, empty, label }: HistoryProps) {
  const [shown, setShown] = useState(PAGE);
  const box = useRef<HTMLElement | null>(null);
  const hidden = Math.max(0, steps.length - shown);
  useLayoutEffect(() => {
    const element = box.current;
    if (element === null || steps.length === 0) return;
    const item = element.querySelector<HTMLElement>('[data-current="true"]');
    if (current === null || item === null) element.scrollTop = element.scrollHeight;
    else element.scrollTop = Math.max(0, item.offsetTop - (element.clientHeight - item.offsetHeight) / 2);
  }, [steps.length, current]);
  const last = steps.at(-1);
  return (
    <>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- scrolled by the arrow keys */}
      <section ref={box} className={classes.history} tabIndex={0} aria-label={label}>
        {steps.length === 0 && (
          <Text size="sm" c="dimmed" p="md">
            {empty}
          </Text>
        )}
        {hidden > 0 && (
          <Button size="compact-xs" variant="subtle" m={6} onClick={() => setShown(shown + PAGE)}>
            Show earlier steps
          </Button>
        )}
        <ol className={classes.steps}>
          {steps.slice(hidden).map((step, index) => (
            // oxlint-disable-next-line react/no-array-index-key -- a step is its number
            <Step key={hidden + index} step={step} number={hidden + index + 1} current={current === hidden + index + 1} />
          ))}
        </ol>
      </section>
      {/* The one thing that is said aloud after a call: what came back. */}
      <VisuallyHidden>
        <output>{last === undefined || current !== null ? "" : `Step ${steps.length}: ${last.observation.slice(0, 300)}`}</output>
      </VisuallyHidden>
    </>
  );
}
