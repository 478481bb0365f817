import { Anchor, Badge, Button, Collapse, Group, NativeSelect, NumberInput, Paper, Stack, Text } from "@mantine/core";
import { IconEye, IconPlayerPlay, IconRefresh } from "@tabler/icons-react";
import { type ReactNode, useId, useState } from "react";
import { Link } from "wouter";
import { DEFAULT_EPISODE_LIMITS, parseConfig } from "@/domain";
import { CodeEditor, JsonView } from "../components/index.ts";
import { paths } from "../text/index.ts";
import type { PlayerGroup } from "./players.ts";
import classes from "./play.module.css";
import { type TaskChoice, taskLabel } from "./tasks.ts";

/** Select value of a configuration that the person writes. */
export const OWN = "own";

export type PlayLimits = { rounds: number; tokens: number | null; usd: number | null };
export const USUAL_LIMITS: PlayLimits = { rounds: DEFAULT_EPISODE_LIMITS.rounds, tokens: null, usd: null };

export type SetupPanelProps = {
  choices: readonly TaskChoice[];
  chosen: number | typeof OWN;
  own: string;
  groups: readonly PlayerGroup[];
  player: string;
  seed: number;
  limits: PlayLimits;
  started: boolean;
  busy: boolean;
  /** Whether any model is set up. */
  models: boolean;
  onChoose: (choice: number | typeof OWN) => void;
  onOwn: (config: string) => void;
  onPlayer: (value: string) => void;
  onSeed: (seed: number) => void;
  onLimits: (limits: PlayLimits) => void;
  onStart: () => void;
  onWatch: () => void;
  /** The setup of a race. */
  children: ReactNode;
};

export function ConfigPreview({ config }: { config: string }) {
  const parsed = parseConfig(config);
  return parsed === null ? (
    <CodeEditor value={config} readOnly language="json" label="Configuration" />
  ) : (
    <JsonView value={parsed} label="Configuration" />
  );
}

function Limits({ limits, onLimits }: { limits: PlayLimits; onLimits: (limits: PlayLimits) => void }) {
  const numberOf = (value: number | string): number | null => (typeof value === "number" && Number.isFinite(value) ? value : null);
  return (
    <Group gap="sm" align="flex-end">
      <NumberInput
        w={130}
        label="Round limit"
        min={1}
        max={10_000}
        allowDecimal={false}
        value={limits.rounds}
        onChange={(value) => onLimits({ ...limits, rounds: numberOf(value) ?? USUAL_LIMITS.rounds })}
      />
      <NumberInput
        w={150}
        label="Cap in tokens"
        placeholder="none"
        min={1}
        allowDecimal={false}
        value={limits.tokens ?? ""}
        onChange={(value) => onLimits({ ...limits, tokens: numberOf(value) })}
      />
      <NumberInput
        w={150}
        label="Cap in US dollars"
        placeholder="none"
        prefix="$"
        min={0}
        decimalScale={4}
        value={limits.usd ?? ""}
        onChange={(value) => onLimits({ ...limits, usd: numberOf(value) })}
      />
    </Group>
  );
}

/** Which configuration is played, by whom, and how far. The configuration is the hidden data, so it is shown on request only. */
export function SetupPanel({
  choices,
  chosen,
  own,
  groups,
  player,
  seed,
  limits,
  started,
  busy,
  models,
  onChoose,
  onOwn,
  onPlayer,
  onSeed,
  onLimits,
  onStart,
  onWatch,
  children,
}: SetupPanelProps) {
  const [open, setOpen] = useState<"config" | "limits" | null>(null);
  const panel = useId();
  const choice = choices.find((item) => item.index === chosen) ?? null;
  const config = chosen === OWN ? own : (choice?.task.config ?? "");
  const valid = parseConfig(config) !== null;
  const toggle = (what: "config" | "limits"): void => setOpen(open === what ? null : what);
  const startText = player !== "person" ? "Let it play" : started ? "Start over" : "Play";
  return (
    <Paper withBorder p="md">
      <Stack gap="sm">
        <Group align="flex-end" gap="sm">
          <NativeSelect
            label="Task"
            style={{ flex: "1 1 220px" }}
            value={String(chosen)}
            onChange={(event) => onChoose(event.currentTarget.value === OWN ? OWN : Number(event.currentTarget.value))}
            data={[
              ...choices.map((item) => ({ value: String(item.index), label: taskLabel(item) })),
              { value: OWN, label: "A configuration of my own" },
            ]}
          />
          <NativeSelect
            label="Player"
            style={{ flex: "1 1 220px" }}
            value={player}
            onChange={(event) => onPlayer(event.currentTarget.value)}
            data={[...groups]}
          />
          {player === "random" && (
            <NumberInput
              w={90}
              label="Seed"
              allowDecimal={false}
              min={-1e9}
              max={1e9}
              value={seed}
              onChange={(value) => onSeed(typeof value === "number" ? value : 0)}
            />
          )}
          <Group gap="xs">
            <Button
              variant={started ? "default" : "filled"}
              leftSection={started ? <IconRefresh size={16} /> : <IconPlayerPlay size={16} />}
              loading={busy}
              disabled={!valid}
              onClick={onStart}
            >
              {startText}
            </Button>
            <Button variant="default" leftSection={<IconEye size={16} />} loading={busy} disabled={!valid} onClick={onWatch}>
              Watch the reference solver
            </Button>
          </Group>
        </Group>
        {!models && (
          <Text size="sm" c="dimmed">
            No model is set up, and none is needed: the reference solver, the random caller and the prober play without a key. Models play
            once they are set up in{" "}
            <Anchor component={Link} href={paths.settings} inherit underline="always">
              Settings
            </Anchor>
            .
          </Text>
        )}
        {chosen === OWN && (
          <Stack gap={4}>
            <CodeEditor value={own} onChange={onOwn} language="json" label="Your configuration" minHeight={100} maxHeight={260} />
            <Text size="sm" c={valid ? "dimmed" : "red"} aria-live="polite">
              {valid ? "One JSON object: what the environment starts from." : "This is not one JSON object yet."}
            </Text>
          </Stack>
        )}
        <div>
          <Group gap={4} className={classes.textButtons ?? ""}>
            {chosen !== OWN && (
              <Button
                size="compact-sm"
                variant="subtle"
                aria-expanded={open === "config"}
                aria-controls={panel}
                onClick={() => toggle("config")}
              >
                {open === "config" ? "Hide the configuration" : "Show the configuration"}
              </Button>
            )}
            <Button
              size="compact-sm"
              variant="subtle"
              aria-expanded={open === "limits"}
              aria-controls={panel}
              onClick={() => toggle("limits")}
            >
              Limits: {limits.rounds} rounds{limits.tokens === null && limits.usd === null ? "" : ", capped"}
            </Button>
            {children}
            {choice?.task.kept === false && <Badge color="gray">outside the round limits</Badge>}
          </Group>
          <div id={panel}>
            <Collapse expanded={open !== null} keepMounted={false}>
              <Stack pt="xs" gap="xs">
                {open === "config" && (
                  <>
                    <Text size="sm" c="dimmed">
                      It is the hidden data: looking gives the task away.
                    </Text>
                    <ConfigPreview config={config} />
                  </>
                )}
                {open === "limits" && <Limits limits={limits} onLimits={onLimits} />}
              </Stack>
            </Collapse>
          </div>
        </div>
      </Stack>
    </Paper>
  );
}
