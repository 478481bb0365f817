import { Anchor, Button, Group, Paper, Skeleton, Stack, Text, Title } from "@mantine/core";
import { IconRoute, IconTrash } from "@tabler/icons-react";
import { useMemo } from "react";
import { Link } from "wouter";
import type { RunSummary } from "@/state";
import { ConfirmButton, EmptyState, ErrorNotice, UnreadableRecords } from "../components/index.ts";
import { formatDate, paths } from "../text/index.ts";
import { useLibrary, useRuns } from "@/ui/stores";
import classes from "./pipeline.module.css";
import { sharedTitles, whereText } from "./run-row-text.ts";
import { RunStatus } from "./run-status.tsx";

function RunRow({ run, alike }: { run: RunSummary; alike: boolean }) {
  const active = useRuns((state) => state.active.has(run.id));
  const remove = useRuns((state) => state.remove);
  const where = whereText(run, active);
  return (
    <Paper component="li" withBorder p="md" className={classes.row}>
      <Group justify="space-between" gap="sm">
        <Stack gap={4} style={{ flex: "1 1 220px", minWidth: 0 }}>
          <Anchor component={Link} href={paths.run(run.id)} fw={600} style={{ overflowWrap: "anywhere" }}>
            {run.title}
          </Anchor>
          <Text size="sm" c="dimmed" style={{ overflowWrap: "anywhere" }}>
            {[formatDate(run.startedAt), run.model, alike ? run.problemId : ""].filter((part) => part !== "").join(" · ")}
          </Text>
          {where === null ? null : (
            <Text size="sm" lineClamp={2} style={{ overflowWrap: "anywhere" }}>
              {where}
            </Text>
          )}
        </Stack>
        <Group gap="xs">
          <RunStatus status={run.status} active={active} lockedElsewhere={run.lockedElsewhere} />
          <ConfirmButton
            size="xs"
            variant="subtle"
            color="gray"
            aria-label={`Remove the run “${run.title}”`}
            disabled={active || run.lockedElsewhere}
            title="Remove this run?"
            question="Its replies, candidates and log are gone then. Environments that it made stay."
            confirm="Remove run"
            onConfirm={() => remove(run.id)}
          >
            <IconTrash size={16} stroke={1.6} aria-hidden />
          </ConfirmButton>
        </Group>
      </Group>
    </Paper>
  );
}

/** All runs, newest first; a run survives the tab, so this is where it is found again. */
export function RunList() {
  const load = useRuns((state) => state.load);
  const stored = useRuns((state) => state.runs);
  const problems = useLibrary((state) => state.problems);
  // A run goes by its problem's title of today: the person may have given it another one.
  const runs = useMemo(() => {
    const titles = new Map(problems.map(({ id, title }) => [id, title]));
    return stored.map((run) => ({ ...run, title: titles.get(run.problemId) ?? run.title })).toSorted((a, b) => b.startedAt - a.startedAt);
  }, [stored, problems]);
  const shared = useMemo(() => sharedTitles(runs), [runs]);
  return (
    <Stack gap="lg">
      <Group justify="space-between" align="flex-start">
        <Stack gap={4} style={{ flex: "1 1 280px" }}>
          <Title order={1}>Pipeline</Title>
          <Text c="dimmed">Each run turns one problem into a verified environment, or says why it could not.</Text>
        </Stack>
        <Button component={Link} href={paths.problems}>
          Choose a problem
        </Button>
      </Group>
      {load.status === "failed" && <ErrorNotice error={load.error} title="Runs could not be read" />}
      <UnreadableRecords kinds={["run", "run event"]} />
      {load.status === "loading" && (
        <Stack gap="sm" aria-busy>
          <Skeleton height={74} radius="md" />
          <Skeleton height={74} radius="md" />
        </Stack>
      )}
      {load.status === "ready" && runs.length === 0 && (
        <EmptyState
          icon={<IconRoute size={36} stroke={1.4} />}
          title="No runs yet"
          action={
            <Button component={Link} href={paths.problems}>
              Go to Problems
            </Button>
          }
        >
          Pick a problem and press “Make an environment”. No key is needed: the bundled ones have recorded replies, and any other is
          compiled here.
        </EmptyState>
      )}
      {runs.length > 0 && (
        <Stack component="ul" gap="sm" className={classes.list}>
          {runs.map((run) => (
            <RunRow key={run.id} run={run} alike={shared.has(run.title)} />
          ))}
        </Stack>
      )}
    </Stack>
  );
}
