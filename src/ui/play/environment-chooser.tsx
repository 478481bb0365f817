import { Anchor, Button, Group, Paper, Stack, Text, TextInput, Title } from "@mantine/core";
import { IconPuzzle, IconSearch } from "@tabler/icons-react";
import { useState } from "react";
import { Link } from "wouter";
import type { Environment } from "@/domain";
import { EmptyState, StatusBadge } from "../components/index.ts";
import { formatCount, formatRange, paths } from "../text/index.ts";
import classes from "./play.module.css";

const ORDER: Record<Environment["status"], number> = { verified: 0, unverified: 1, rejected: 2 };
const PAGE = 50;

function Row({ environment }: { environment: Environment }) {
  const rounds = environment.tasks.map((task) => task.rounds);
  const known = rounds.some((value) => value !== null);
  return (
    <li className={classes.item}>
      <Stack gap={2} style={{ flex: "1 1 220px", minWidth: 0 }}>
        <Anchor component={Link} href={paths.playEnvironment(environment.id)} fw={600} style={{ overflowWrap: "anywhere" }}>
          {environment.className}
        </Anchor>
        <Text size="sm" c="dimmed" style={{ overflowWrap: "anywhere" }}>
          {environment.codeId} · {formatCount(environment.tasks.length, "task")} · {formatCount(environment.tools.length, "tool")}
          {known && ` · ${formatRange(rounds)} rounds`}
        </Text>
      </Stack>
      <StatusBadge status={environment.status} />
    </li>
  );
}

/** `/play`: which environment? Verified ones first. */
export function EnvironmentChooser({ environments }: { environments: readonly Environment[] }) {
  const [filter, setFilter] = useState("");
  const [shown, setShown] = useState(PAGE);
  const wanted = filter.trim().toLowerCase();
  const found = environments
    .filter((item) => `${item.className} ${item.codeId}`.toLowerCase().includes(wanted))
    .toSorted((a, b) => ORDER[a.status] - ORDER[b.status] || b.addedAt - a.addedAt);
  return (
    <Stack gap="lg">
      <Stack gap={4}>
        <Title order={1}>Play</Title>
        <Text c="dimmed">Solve a task with tool calls only, as an agent must, or watch the reference solver do it.</Text>
        <Anchor component={Link} href={paths.open} size="sm" style={{ alignSelf: "flex-start" }}>
          Open a shared file
        </Anchor>
      </Stack>
      {environments.length === 0 ? (
        <EmptyState
          icon={<IconPuzzle size={24} stroke={1.5} />}
          title="No environment yet"
          action={
            <Group justify="center">
              <Button component={Link} href={paths.problems}>
                Make one from a problem
              </Button>
              <Button component={Link} href={paths.environments} variant="default">
                Import one
              </Button>
            </Group>
          }
        >
          Run a bundled problem through the pipeline: it needs no key and takes about a minute.
        </EmptyState>
      ) : (
        <Paper withBorder p="md">
          <Stack gap="sm">
            {environments.length > 8 && (
              <TextInput
                aria-label="Find an environment"
                placeholder="Find an environment"
                leftSection={<IconSearch size={16} aria-hidden />}
                value={filter}
                onChange={(event) => setFilter(event.currentTarget.value)}
              />
            )}
            {found.length === 0 && (
              <Text size="sm" c="dimmed">
                No environment has “{filter}” in its name.
              </Text>
            )}
            <ul className={classes.list}>
              {found.slice(0, shown).map((environment) => (
                <Row key={environment.id} environment={environment} />
              ))}
            </ul>
            {found.length > shown && (
              <Button variant="default" style={{ alignSelf: "flex-start" }} onClick={() => setShown(shown + PAGE)}>
                Show more
              </Button>
            )}
          </Stack>
        </Paper>
      )}
    </Stack>
  );
}
