import { Anchor, Badge, Button, Group, Paper, Progress, Text } from "@mantine/core";
import { IconChartBar, IconPlus } from "@tabler/icons-react";
import { Link } from "wouter";
import type { EvaluationSummary } from "@/state";
import { useEvaluations } from "@/ui/stores";
import { ConfirmButton, EmptyState, ErrorNotice, PageHeader, PageLoading, UnreadableRecords } from "../components/index.ts";
import { formatDate, paths } from "../text/index.ts";
import shared from "./evaluate.module.css";
import classes from "./evaluation-list.module.css";
import { standingOf } from "./texts.ts";

function Row({ item }: { item: EvaluationSummary }) {
  const active = useEvaluations((state) => state.active.has(item.id));
  const remove = useEvaluations((state) => state.remove);
  const { label, color } = standingOf(item.status, { active, lockedElsewhere: item.lockedElsewhere });
  return (
    <Paper component="li" withBorder p="md">
      <Group justify="space-between" gap="sm">
        <div className={classes.listText}>
          <Anchor component={Link} href={paths.evaluation(item.id)} fw={600} style={{ display: "inline-block", overflowWrap: "anywhere" }}>
            {item.title}
          </Anchor>
          <Text size="sm" c="dimmed">
            {`${formatDate(item.startedAt)} · ${item.done.toLocaleString("en")} of ${item.total.toLocaleString("en")} episodes`}
          </Text>
          {item.done < item.total ? <Progress size={4} mt={6} value={(item.done / Math.max(1, item.total)) * 100} aria-hidden /> : null}
        </div>
        <Group gap="xs">
          <Badge color={color}>{label}</Badge>
          <ConfirmButton
            size="xs"
            disabled={item.lockedElsewhere}
            title="Remove this evaluation?"
            question="Its results and the traces of its episodes are removed from this device. What was paid for stays in the books."
            confirm="Remove"
            onConfirm={() => remove(item.id)}
          >
            Remove
          </ConfirmButton>
        </Group>
      </Group>
    </Paper>
  );
}

const NEW = (
  <Button component={Link} href={paths.newEvaluation} leftSection={<IconPlus size={16} aria-hidden />}>
    Plan an evaluation
  </Button>
);

/** All evaluations, newest first. */
export function EvaluationList() {
  const load = useEvaluations((state) => state.load);
  const evaluations = useEvaluations((state) => state.evaluations);
  if (load.status === "loading") return <PageLoading title="Evaluate" />;
  return (
    <>
      <PageHeader
        title="Evaluate"
        description="Many episodes at once: how often which player solves which task, in how many rounds, and for how much."
        actions={evaluations.length > 0 ? NEW : undefined}
      />
      {load.status === "failed" ? <ErrorNotice error={load.error} title="Evaluations could not be read" /> : null}
      <UnreadableRecords kinds={["evaluation", "evaluation event"]} mb="md" />
      {load.status === "ready" && evaluations.length === 0 ? (
        <EmptyState icon={<IconChartBar size={34} stroke={1.5} />} title="No evaluations yet" action={NEW}>
          Choose environments, players and a number of tries. The reference solver and the scripted players need no key.
        </EmptyState>
      ) : (
        <ul className={shared.list} aria-label="Evaluations">
          {evaluations.map((item) => (
            <Row key={item.id} item={item} />
          ))}
        </ul>
      )}
    </>
  );
}
