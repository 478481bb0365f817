import { ActionIcon, Button, Group, NativeSelect, Stack, Text } from "@mantine/core";
import { IconFlag, IconPlus, IconX } from "@tabler/icons-react";
import { useState } from "react";
import type { PlayerGroup } from "./players.ts";

const MOST = 4;

export type RaceSetupProps = { groups: readonly PlayerGroup[]; valid: boolean; onRace: (players: readonly string[]) => void };

/** Two to four players for the chosen task. */
export function RaceSetup({ groups, valid, onRace }: RaceSetupProps) {
  const [open, setOpen] = useState(false);
  const [chosen, setPlayers] = useState<readonly { key: number; value: string }[]>([
    { key: 0, value: "reference-solver" },
    { key: 1, value: "random" },
  ]);
  // What was recorded on another task is not offered any more.
  const offered = new Set(groups.flatMap(({ items }) => items.map(({ value }) => value)));
  const players = chosen.map(({ key, value }) => ({ key, value: offered.has(value) ? value : "reference-solver" }));
  const free = Math.max(...players.map(({ key }) => key)) + 1;
  if (!open) {
    return (
      <Button size="compact-sm" variant="subtle" leftSection={<IconFlag size={15} aria-hidden />} onClick={() => setOpen(true)}>
        Race…
      </Button>
    );
  }
  return (
    <Stack gap="xs" component="fieldset" style={{ border: "none", margin: 0, padding: 0, minWidth: 0, flex: "1 0 100%" }} aria-label="Race">
      <Text size="sm">Two to four players play this task side by side.</Text>
      {players.map(({ key, value }, index) => (
        <Group key={key} gap="xs" wrap="nowrap">
          <NativeSelect
            aria-label={`Player ${index + 1}`}
            style={{ flex: "1 1 auto", maxWidth: 420, minWidth: 0 }}
            value={value}
            data={[...groups]}
            onChange={(event) =>
              setPlayers(players.map((player) => (player.key === key ? { key, value: event.currentTarget.value } : player)))
            }
          />
          {players.length > 2 && (
            <ActionIcon
              variant="subtle"
              color="gray"
              size={36}
              aria-label={`Remove player ${index + 1}`}
              onClick={() => setPlayers(players.filter((player) => player.key !== key))}
            >
              <IconX size={16} />
            </ActionIcon>
          )}
        </Group>
      ))}
      <Group gap="xs">
        <Button
          size="xs"
          leftSection={<IconFlag size={15} aria-hidden />}
          disabled={!valid}
          onClick={() => {
            setOpen(false);
            onRace(players.map(({ value }) => value));
          }}
        >
          Start the race
        </Button>
        {players.length < MOST && (
          <Button
            size="xs"
            variant="default"
            leftSection={<IconPlus size={15} aria-hidden />}
            onClick={() => setPlayers([...players, { key: free, value: "prober" }])}
          >
            Another player
          </Button>
        )}
        <Button size="xs" variant="subtle" onClick={() => setOpen(false)}>
          No race
        </Button>
      </Group>
    </Stack>
  );
}
