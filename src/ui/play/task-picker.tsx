import { Badge, Button, Collapse, Group, NativeSelect, Paper, Stack, Text } from "@mantine/core";
import { IconEye, IconPlayerPlay, IconRefresh } from "@tabler/icons-react";
import { useId, useState } from "react";
import { parseConfig } from "@/domain";
import { CodeEditor } from "../components/code-editor.tsx";
import { JsonView } from "../components/json-view.tsx";
import { type TaskChoice, taskLabel } from "./tasks.ts";

/** Select value of a configuration that the person writes. */
export const OWN = "own";

export type TaskPickerProps = {
  choices: readonly TaskChoice[];
  chosen: number | typeof OWN;
  own: string;
  started: boolean;
  busy: boolean;
  onChoose: (choice: number | typeof OWN) => void;
  onOwn: (config: string) => void;
  onStart: () => void;
  onWatch: () => void;
};

function ConfigPreview({ config }: { config: string }) {
  const parsed = parseConfig(config);
  return parsed === null ? <CodeEditor value={config} readOnly language="json" label="Configuration" /> : <JsonView value={parsed} label="Configuration" />;
}

/** Which configuration to play, and how. Its content is the hidden data, so it is shown on request only. */
export function TaskPicker({ choices, chosen, own, started, busy, onChoose, onOwn, onStart, onWatch }: TaskPickerProps) {
  const [shown, setShown] = useState(false);
  const panel = useId();
  const choice = choices.find((item) => item.index === chosen) ?? null;
  const config = chosen === OWN ? own : (choice?.task.config ?? "");
  const valid = parseConfig(config) !== null;
  return (
    <Paper withBorder p="md">
      <Stack gap="sm">
        <Group align="flex-end" gap="sm">
          <NativeSelect
            label="Task"
            style={{ flex: "1 1 240px" }}
            value={String(chosen)}
            onChange={(event) => onChoose(event.currentTarget.value === OWN ? OWN : Number(event.currentTarget.value))}
            data={[...choices.map((item) => ({ value: String(item.index), label: taskLabel(item) })), { value: OWN, label: "A configuration of my own" }]}
          />
          <Group gap="xs">
            <Button variant={started ? "default" : "filled"} leftSection={started ? <IconRefresh size={16} /> : <IconPlayerPlay size={16} />} loading={busy} disabled={!valid} onClick={onStart}>
              {started ? "Start over" : "Play"}
            </Button>
            <Button variant="default" leftSection={<IconEye size={16} />} loading={busy} disabled={!valid} onClick={onWatch}>
              Watch the reference solver
            </Button>
          </Group>
        </Group>
        {chosen === OWN ? (
          <Stack gap={4}>
            <CodeEditor value={own} onChange={onOwn} language="json" label="Your configuration" minHeight={100} maxHeight={260} />
            <Text size="sm" c={valid ? "dimmed" : "red"} aria-live="polite">
              {valid ? "One JSON object: what the environment starts from." : "This is not one JSON object yet."}
            </Text>
          </Stack>
        ) : (
          <div>
            <Group gap="xs">
              <Button size="compact-sm" variant="subtle" aria-expanded={shown} aria-controls={panel} onClick={() => setShown(!shown)}>
                {shown ? "Hide the configuration" : "Show the configuration"}
              </Button>
              <Text size="sm" c="dimmed">
                It is the hidden data: looking gives the task away.
              </Text>
              {choice?.task.kept === false && <Badge color="gray">outside the round limits</Badge>}
            </Group>
            <div id={panel}>
              <Collapse expanded={shown} keepMounted={false}>
                <Stack pt="xs">
                  <ConfigPreview config={config} />
                </Stack>
              </Collapse>
            </div>
          </div>
        )}
      </Stack>
    </Paper>
  );
}
