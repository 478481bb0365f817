import { Anchor, Button, Group, Stack, Text } from "@mantine/core";
import { IconDownload, IconPuzzleOff, IconScissors } from "@tabler/icons-react";
import { Link, useLocation, useParams } from "wouter";
import type { Problem } from "@/domain";
import { useLibrary, useRuns } from "@/ui/stores";
import {
  CodeEditor,
  ConfirmButton,
  EmptyState,
  ErrorNotice,
  Markdown,
  PageHeader,
  PageLoading,
  saveDownload,
  Section,
  StatusBadge,
  useAction,
} from "../components/index.ts";
import { formatCount, formatDate, formatRange, paths } from "../text/index.ts";
import { Estimate } from "./estimate.tsx";
import { lineOf } from "./problem-row.tsx";
import { ProblemBadges } from "./problem-badges.tsx";
import shared from "./problems.module.css";
import classes from "./problem-page.module.css";
import { isCompiled, useReadiness } from "./readiness.ts";
import { ReadinessNote } from "./readiness-note.tsx";
import { RenameButton } from "./rename-button.tsx";
import { RunStatusText } from "./run-status-text.tsx";
import { StartButton } from "./start-button.tsx";
import { useStartRun } from "./use-start-run.ts";

function Made({ problem }: { problem: Problem }) {
  const environments = useLibrary((state) => state.environments);
  const runs = useRuns((state) => state.runs);
  const mine = runs.filter((run) => run.problemId === problem.id).toSorted((a, b) => b.startedAt - a.startedAt);
  const made = environments.filter((environment) => environment.provenance.problemId === problem.id);
  return (
    <div className={shared.pair}>
      <Section title="Environments made from it">
        {made.length === 0 ? (
          <Text size="sm" c="dimmed">
            None yet. A run that ends verified leaves one here.
          </Text>
        ) : (
          <ul className={classes.plainList}>
            {made.map((environment) => (
              <li key={environment.id} className={classes.made}>
                <Anchor component={Link} href={paths.environment(environment.id)} size="sm" fw={600}>
                  {environment.className}
                </Anchor>
                <Text size="xs" c="dimmed" className={classes.madeMeta}>
                  {`${formatCount(environment.tasks.length, "task")}, ${formatRange(environment.tasks.map((task) => task.rounds))} rounds`}
                </Text>
                <StatusBadge status={environment.status} />
              </li>
            ))}
          </ul>
        )}
      </Section>
      <Section title="Runs">
        {mine.length === 0 ? (
          <Text size="sm" c="dimmed">
            No runs yet.
          </Text>
        ) : (
          <ul className={classes.plainList}>
            {mine.map((run) => (
              <li key={run.id} className={classes.made}>
                <Anchor component={Link} href={paths.run(run.id)} size="sm">
                  {formatDate(run.startedAt)}
                </Anchor>
                <span className={classes.madeMeta} />
                <RunStatusText run={run} />
              </li>
            ))}
          </ul>
        )}
      </Section>
    </div>
  );
}

function ProblemDetail({ problem }: { problem: Problem }) {
  const removeProblems = useLibrary((state) => state.removeProblems);
  const exportProblems = useLibrary((state) => state.exportProblems);
  const exporting = useAction();
  const [, navigate] = useLocation();
  const { busy, error, begin } = useStartRun();
  const readiness = useReadiness(problem);
  return (
    <>
      <PageHeader
        title={problem.title}
        {...(problem.origin === "bundled" ? { description: lineOf(problem) } : {})}
        back={{ href: paths.problems, name: "Problems" }}
        badges={<ProblemBadges problem={problem} />}
        actions={
          <>
            <Button
              variant="default"
              leftSection={<IconDownload size={16} aria-hidden />}
              onClick={() => exporting.run(async () => saveDownload(await exportProblems([problem.id])))}
            >
              Export
            </Button>
            {problem.origin === "bundled" ? null : <RenameButton problem={problem} />}
            {problem.origin === "bundled" ? null : (
              <ConfirmButton
                title="Remove this problem?"
                question={`“${problem.title}” is removed from this device. Its runs and the environments made from it stay.`}
                confirm="Remove"
                onConfirm={async () => {
                  await removeProblems([problem.id]);
                  navigate(paths.problems);
                }}
              >
                Remove
              </ConfirmButton>
            )}
            {readiness === null || isCompiled(readiness) ? null : (
              <Button
                variant="default"
                leftSection={<IconScissors size={16} aria-hidden />}
                loading={busy}
                onClick={() => begin(problem, { synthesizer: "compiler" })}
              >
                Compile the solution
              </Button>
            )}
            <StartButton readiness={readiness} busy={busy} onStart={() => begin(problem)}>
              Make an environment
            </StartButton>
          </>
        }
      />
      <Stack gap="md">
        {exporting.error === null ? null : <ErrorNotice error={exporting.error} title="The export failed" />}
        {error === null ? null : <ErrorNotice error={error} title="The run could not start" />}
        {readiness === null ? null : <ReadinessNote readiness={readiness} bundled={problem.origin === "bundled"} compiles />}
        {readiness?.kind === "ready" && !readiness.recorded && !isCompiled(readiness) ? <Estimate problem={problem} /> : null}
        <div className={shared.pair}>
          <Section title="Statement">
            <Markdown text={problem.statement} />
          </Section>
          <Section title="Solution">
            <CodeEditor value={problem.solution} readOnly language="python" label="Solution" maxHeight={640} />
          </Section>
        </div>
        <Made problem={problem} />
        <Group gap="xs">
          <Text size="xs" c="dimmed" style={{ overflowWrap: "anywhere" }}>
            {`Id ${problem.id}`}
          </Text>
        </Group>
      </Stack>
    </>
  );
}

export function ProblemPage() {
  const { id } = useParams<{ id: string }>();
  const load = useLibrary((state) => state.load);
  const problem = useLibrary((state) => state.problems.find((item) => item.id === id));
  if (problem !== undefined) return <ProblemDetail key={problem.id} problem={problem} />;
  if (load.status === "loading") return <PageLoading title="Problem" />;
  return (
    <>
      <PageHeader title="Problem not found" back={{ href: paths.problems, name: "Problems" }} />
      {load.status === "failed" ? (
        <ErrorNotice error={load.error} title="The library could not be read" />
      ) : (
        <EmptyState
          icon={<IconPuzzleOff stroke={1.5} />}
          title="It is not on this device"
          action={
            <Button component={Link} href={paths.problems}>
              See all problems
            </Button>
          }
        >
          Problems are kept in each browser on its own. It may have been removed, or belong to another browser.
        </EmptyState>
      )}
    </>
  );
}
