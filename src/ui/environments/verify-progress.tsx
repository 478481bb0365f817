import { Button, CloseButton, Group, Loader, Paper, Progress, Stack, Text, Title } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useState } from "react";
import type { EnvironmentId } from "@/domain";
import type { VerifyJob } from "@/state";
import { useLibrary, useVerify } from "@/ui/stores";
import { focusPlace, useNow } from "../components/index.ts";
import { formatCount, formatMs } from "../text/index.ts";
import classes from "./verify-progress.module.css";

const done = (job: VerifyJob): boolean => job.status === "verified" || job.status === "rejected" || job.status === "failed";

function summaryOf(jobs: readonly VerifyJob[]): string {
  const count = (status: VerifyJob["status"]): number => jobs.filter((job) => job.status === status).length;
  const parts = [`${count("verified")} verified`, `${count("rejected")} rejected`];
  if (count("failed") > 0) parts.push(`${count("failed")} could not be checked`);
  const left = jobs.length - jobs.filter(done).length;
  if (left > 0) parts.push(`${left} left`);
  return parts.join(", ");
}

function Pace({ finished, left, startedAt }: { finished: number; left: number; startedAt: number }) {
  const elapsed = Math.max(useNow(true) - startedAt, 1);
  if (finished === 0) return <>{`${formatMs(elapsed)} so far`}</>;
  const perMinute = (finished * 60_000) / elapsed;
  return (
    <>{`${perMinute < 10 ? perMinute.toFixed(1) : Math.round(perMinute)} a minute, about ${formatMs((elapsed / finished) * left)} left`}</>
  );
}

/** What verifying many is doing: share done, pace, time left, what is being worked on, what failed. */
export function VerifyProgress() {
  const jobs = useVerify((state) => state.jobs);
  const running = useVerify((state) => state.running);
  const startedAt = useVerify((state) => state.startedAt);
  const cancel = useVerify((state) => state.cancel);
  const environments = useLibrary((state) => state.environments);
  const [closed, setClosed] = useState<number | null>(null);
  if (jobs.length === 0 || (!running && closed !== null && closed === startedAt)) return null;

  const finished = jobs.filter(done).length;
  const nameOf = (id: EnvironmentId): string => environments.find((item) => item.id === id)?.className ?? id;
  const working = jobs.filter((job) => job.status === "running");
  const failed = jobs.filter((job) => job.status === "failed");
  const state = running ? "Verifying" : finished === jobs.length ? "Verifying is done" : "Verifying was stopped";
  return (
    <Paper withBorder p="md" component="section" aria-labelledby="verify-title">
      <Group justify="space-between" gap="sm" mb="xs" wrap="nowrap" align="flex-start">
        <div className={classes.shrink}>
          <Title order={2} size="h3" id="verify-title" {...focusPlace("verifying")}>
            {`${state}: ${finished} of ${formatCount(jobs.length, "environment")}`}
          </Title>
          <Text size="sm" c="dimmed">
            {summaryOf(jobs)}
            {running && startedAt !== null ? (
              <>
                {" · "}
                <Pace finished={finished} left={jobs.length - finished} startedAt={startedAt} />
              </>
            ) : null}
          </Text>
        </div>
        {running ? (
          <Button variant="default" size="xs" onClick={cancel} className={classes.noShrink ?? ""}>
            Cancel
          </Button>
        ) : (
          <CloseButton aria-label="Close the summary" onClick={() => setClosed(startedAt)} />
        )}
      </Group>
      <Progress value={(finished / jobs.length) * 100} aria-label="Verified so far" />
      {working.length > 0 ? (
        <Stack gap={2} mt="sm">
          {working.slice(0, 4).map((job) => (
            <Group key={job.environmentId} gap="xs" wrap="nowrap">
              <Loader size={12} aria-hidden />
              <Text size="xs" truncate>
                {nameOf(job.environmentId)}
              </Text>
              <Text size="xs" c="dimmed" className={classes.noShrink}>
                {job.note}
              </Text>
            </Group>
          ))}
        </Stack>
      ) : null}
      {failed.length > 0 ? (
        <Stack gap={4} mt="sm">
          {failed.slice(0, 20).map((job) => (
            <Group key={job.environmentId} gap="xs" wrap="nowrap" align="flex-start" className={classes.failedJob}>
              <IconAlertTriangle size={14} aria-hidden />
              <Text size="xs">{`${nameOf(job.environmentId)}: ${job.error?.message ?? "could not be checked"}`}</Text>
            </Group>
          ))}
          {failed.length > 20 ? <Text size="xs" c="dimmed">{`and ${failed.length - 20} more`}</Text> : null}
        </Stack>
      ) : null}
    </Paper>
  );
}
