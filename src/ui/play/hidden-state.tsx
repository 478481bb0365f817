import { Paper, Stack, Switch, Text, Title } from "@mantine/core";
import { useState } from "react";
import type { HiddenState, Json } from "@/domain";
import { JsonView } from "../components/json-view.tsx";
import { flatText } from "./call-text.ts";
import classes from "./play.module.css";

/** Attributes whose value differs from the step before; none at the start. */
export function changedKeys(before: HiddenState | null, now: HiddenState): Set<string> {
  if (before === null) return new Set();
  return new Set(Object.keys(now).filter((key) => JSON.stringify(before[key]) !== JSON.stringify(now[key])));
}

function Value({ value, label }: { value: Json; label: string }) {
  if (value === null || typeof value !== "object") return <>{JSON.stringify(value)}</>;
  const flat = flatText(value);
  return flat.length <= 90 ? <>{flat}</> : <JsonView value={value} label={label} />;
}

export type HiddenStatePanelProps = {
  states: readonly HiddenState[];
  cursor: number;
  /** A person who plays is told that looking gives the task away. */
  spoils: boolean;
};

/** What the environment knows and the agent does not: its attributes, with those the last step changed marked. */
export function HiddenStatePanel({ states, cursor, spoils }: HiddenStatePanelProps) {
  const [shown, setShown] = useState(false);
  const state = states[cursor] ?? null;
  const changed = state === null ? new Set<string>() : changedKeys(cursor > 0 ? (states[cursor - 1] ?? null) : null, state);
  return (
    <Paper withBorder p="md" component="section" aria-labelledby="state-title">
      <Stack gap="sm">
        <Title order={2} id="state-title">
          Hidden state
        </Title>
        <Switch
          label="Show hidden state"
          description={spoils ? "It gives the task away: an agent never sees it." : "The agent never sees it."}
          checked={shown}
          onChange={(event) => setShown(event.currentTarget.checked)}
        />
        {shown && state === null && (
          <Text size="sm" c="dimmed">
            The state could not be read at this step.
          </Text>
        )}
        {shown && state !== null && (
          // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- scrolled by the arrow keys
          <section className={classes.state} tabIndex={0} aria-label={`Hidden state after step ${cursor}`}>
            <dl className={classes.attributes}>
              {Object.entries(state).map(([key, value]) => (
                <div key={key} className={classes.attribute} data-changed={changed.has(key) || undefined}>
                  <dt>
                    {key}
                    {changed.has(key) && <span className={classes.changed}>changed</span>}
                  </dt>
                  <dd>
                    <Value value={value} label={`Value of ${key}`} />
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        )}
      </Stack>
    </Paper>
  );
}
