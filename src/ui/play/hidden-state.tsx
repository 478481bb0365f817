import { Button, Group, Paper, Stack, Switch, Text, Title } from "@mantine/core";
import { IconRefresh } from "@tabler/icons-react";
import { useState } from "react";
import type { HiddenState, Json } from "@/domain";
import type { ReplayReport } from "@/state";
import { ErrorNotice, JsonView, useAction } from "../components/index.ts";
import { flatText } from "./call-text.ts";
import classes from "./hidden-state.module.css";

/** Attributes whose value differs from the step before; none at the start. */
function changedKeys(before: HiddenState | null, now: HiddenState): Set<string> {
  if (before === null) return new Set();
  return new Set(Object.keys(now).filter((key) => JSON.stringify(before[key]) !== JSON.stringify(now[key])));
}

function Value({ value, label }: { value: Json; label: string }) {
  if (value === null || typeof value !== "object") return <>{JSON.stringify(value)}</>;
  const flat = flatText(value);
  return flat.length <= 90 ? <>{flat}</> : <JsonView value={value} label={label} />;
}

function replayText(report: ReplayReport): string {
  if (report.agrees) return `Played again in a fresh environment: every observation is the same, reward ${report.reward}.`;
  return `Played again, it diverges at round ${report.step}. Recorded: ${report.recorded.slice(0, 200)} Now: ${report.got.slice(0, 200)}`;
}

export type HiddenStatePanelProps = {
  /** Before the first and after each call; null when the trace has none. */
  states: readonly HiddenState[] | null;
  cursor: number;
  /** A person who plays is told that looking gives the task away. */
  spoils: boolean;
  /** Plays the trace again in a fresh environment; null while it is not to be disturbed. */
  onReplay: (() => Promise<ReplayReport>) | null;
};

/** What the environment knows and the agent does not: its attributes, with those the last round changed marked. */
export function HiddenStatePanel({ states: recorded, cursor, spoils, onReplay }: HiddenStatePanelProps) {
  const [shown, setShown] = useState(false);
  const [report, setReport] = useState<ReplayReport | null>(null);
  const action = useAction();
  const replay = (): void => {
    if (onReplay !== null) action.run(async () => setReport(await onReplay()));
  };
  const states = recorded ?? report?.states ?? null;
  const state = states?.[cursor] ?? null;
  const changed = state === null ? new Set<string>() : changedKeys(cursor > 0 ? (states?.[cursor - 1] ?? null) : null, state);
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
            {states === null
              ? "This episode was saved without its states. Replay it to see them."
              : "The state could not be read at this round."}
          </Text>
        )}
        {shown && state !== null && (
          // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- scrolled by the arrow keys
          <section className={classes.state} tabIndex={0} aria-label={`Hidden state after round ${cursor}`}>
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
        {onReplay !== null && (
          <Group gap="xs">
            <Button size="xs" variant="default" loading={action.busy} leftSection={<IconRefresh size={15} aria-hidden />} onClick={replay}>
              Replay and check
            </Button>
          </Group>
        )}
        {action.error !== null && <ErrorNotice error={action.error} title="It could not be played again" />}
        {report !== null && (
          <Text size="sm" component="output" c={report.agrees ? "green" : "red"} style={{ overflowWrap: "anywhere" }}>
            {replayText(report)}
          </Text>
        )}
      </Stack>
    </Paper>
  );
}
