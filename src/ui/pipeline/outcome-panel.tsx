import { Button, Group, Paper, Stack, Text, Title } from "@mantine/core";
import { IconBolt, IconDownload, IconEye, IconFileText, IconPlayerPlay, IconRosetteDiscountCheck, IconTool } from "@tabler/icons-react";
import { Link } from "wouter";
import {
  type CandidateView,
  type EnvironmentId,
  GATE_FACTS,
  type Ranked,
  rankVerified,
  type RunId,
  type RunView,
  standingOf,
} from "@/domain";
import type { Download } from "@/state";
import { ErrorNotice, saveDownload, useAction } from "../components/index.ts";
import { formatCount, formatRange, paths } from "../text/index.ts";
import { useLibrary, useRuns } from "@/ui/stores";
import { COMPILED_ADVICE } from "./advice.ts";
import { AlsoVerified } from "./also-verified.tsx";
import { contestText } from "./contest-text.ts";
import classes from "./outcome-panel.module.css";
import { failedGateOf } from "./run-progress.ts";
import { writerOf } from "./writer.ts";

/** The proof in one sentence, with its figures. */
function proofSentence(candidate: CandidateView): string {
  const winner = candidate.solvers.find((solver) => solver.proven);
  const cells =
    winner === undefined ? [] : [...candidate.cells.values()].filter((cell) => cell.solver === winner.solver && cell.verdict === "solved");
  const tests = candidate.tests.filter((test) => test.passed).length;
  const who =
    candidate.variant !== null ? "The solution, cut at its tools," : winner === undefined ? "A solver" : `Solver ${winner.solver + 1}`;
  const rounds = cells.length === 0 ? "" : `, in ${formatRange(cells.map((cell) => cell.rounds))} rounds each`;
  return `${who} reached reward 1 on all ${formatCount(tests, "test")}${rounds}; replayed in fresh interpreters that it could not touch, every call, observation and answer came out the same.`;
}

function keptSentence(view: RunView, candidate: CandidateView): string | null {
  const { limits } = view;
  if (limits === null || candidate.solvers.every((solver) => !solver.proven)) return null;
  const { tests, inWindow: kept } = standingOf(candidate, limits);
  const range = `${limits.minRounds} to ${limits.maxRounds} rounds`;
  return kept === 0
    ? `No configuration takes ${range}, so none is exported as a training task; the limits are in Settings.`
    : `${formatCount(kept, "configuration")} of ${tests} ${kept === 1 ? "takes" : "take"} ${range} and can be exported as training tasks.`;
}

type VerifiedProps = { view: RunView; candidate: CandidateView; environmentId: EnvironmentId; others: readonly Ranked[] };

function Verified({ view, candidate, environmentId, others }: VerifiedProps) {
  const exportArchive = useLibrary((state) => state.exportArchive);
  const exportInstances = useLibrary((state) => state.exportInstances);
  const action = useAction();
  const save = (make: () => Promise<Download>): void => action.run(async () => saveDownload(await make()));
  const kept = keptSentence(view, candidate);
  const contest = contestText(view);
  return (
    <Paper withBorder p="lg" className={classes.verified} component="section" aria-labelledby="outcome-title">
      <Stack gap="md">
        <Group gap="sm" wrap="nowrap" align="flex-start">
          <IconRosetteDiscountCheck size={30} stroke={1.6} aria-hidden className={classes.seal ?? ""} />
          <Stack gap={6} style={{ minWidth: 0 }}>
            <Title order={2} id="outcome-title" style={{ overflowWrap: "anywhere" }}>
              {candidate.className} is verified
            </Title>
            {contest !== null && (
              <Text size="sm" fw={550}>
                {contest}
              </Text>
            )}
            <Text size="sm">{proofSentence(candidate)}</Text>
            {kept !== null && (
              <Text size="sm" c="dimmed">
                {kept}
              </Text>
            )}
            {view.synthesizer !== "model" && (
              <Text size="sm" c="dimmed">
                {`Written by ${writerOf(view, candidate)}.`}
              </Text>
            )}
          </Stack>
        </Group>
        <Group gap="xs">
          <Button component={Link} href={paths.playEnvironment(environmentId)} leftSection={<IconPlayerPlay size={16} />}>
            Play it
          </Button>
          <Button
            component={Link}
            href={paths.playEnvironment(environmentId, { watch: true })}
            variant="default"
            leftSection={<IconEye size={16} />}
          >
            Watch the reference solver
          </Button>
          <Button component={Link} href={paths.environment(environmentId)} variant="default" leftSection={<IconFileText size={16} />}>
            Open environment
          </Button>
          <Button
            variant="default"
            leftSection={<IconDownload size={16} />}
            loading={action.busy}
            onClick={() => save(() => exportArchive([environmentId]))}
          >
            Download zip
          </Button>
          <Button
            variant="default"
            leftSection={<IconDownload size={16} />}
            loading={action.busy}
            onClick={() => save(() => exportInstances([environmentId]))}
          >
            Download instances
          </Button>
        </Group>
        {action.error !== null && <ErrorNotice error={action.error} title="The download could not be made" />}
        <AlsoVerified view={view} others={others} />
      </Stack>
    </Paper>
  );
}

function Rejected({ id, view, active, lockedElsewhere }: OutcomePanelProps) {
  const repair = useRuns((state) => state.repair);
  const action = useAction();
  // What the compiler wrote is not repaired but compiled in another way.
  const last = view.candidates.findLast(({ variant }) => variant === null) ?? null;
  const failed = last === null ? null : failedGateOf(last);
  const compiled = view.synthesizer === "compiler";
  return (
    <Paper withBorder p="lg" component="section" aria-labelledby="outcome-title">
      <Stack gap="md">
        <Stack gap={6}>
          <Title order={2} id="outcome-title">
            No candidate was accepted
          </Title>
          {view.candidates.length === 0 && <Text size="sm">No reply held an environment.</Text>}
          <ul className={classes.reasons}>
            {view.candidates.map((candidate) => {
              const gate = failedGateOf(candidate);
              const finding = gate?.findings.find((item) => item.severity === "error");
              return (
                <li key={candidate.candidate}>
                  <strong>Candidate {candidate.candidate + 1}</strong>
                  {gate === null
                    ? " was not accepted."
                    : ` failed at ${GATE_FACTS[gate.gate].label}: ${finding?.message ?? "it did not pass."}`}
                </li>
              );
            })}
          </ul>
          <Text size="sm">
            {compiled
              ? COMPILED_ADVICE
              : `${failed === null ? "Run it again, or try another model." : GATE_FACTS[failed.gate].advice} Nothing that was paid for is lost: a repair starts from what is here.`}
          </Text>
        </Stack>
        <Group gap="xs">
          {last !== null && (
            <Button
              leftSection={<IconTool size={16} />}
              disabled={active || lockedElsewhere}
              loading={action.busy && !active}
              onClick={() => action.run(() => repair(id, last.candidate))}
            >
              Repair candidate {last.candidate + 1}
            </Button>
          )}
          <Button
            component={Link}
            href={compiled ? paths.settingsSection("model") : paths.settings}
            variant="default"
            leftSection={<IconBolt size={16} />}
          >
            {compiled ? "Choose a model" : "Change model, prompts or limits"}
          </Button>
        </Group>
        {action.error !== null && <ErrorNotice error={action.error} title="The repair could not start" />}
      </Stack>
    </Paper>
  );
}

export type OutcomePanelProps = { id: RunId; view: RunView; active: boolean; lockedElsewhere: boolean };

/** What came of the run, and what can be done with it. Nothing while it is open. */
export function OutcomePanel(props: OutcomePanelProps) {
  const { view } = props;
  const [best, ...others] = rankVerified(view);
  if (best !== undefined && best.candidate.environmentId !== null) {
    return <Verified view={view} candidate={best.candidate} environmentId={best.candidate.environmentId} others={others} />;
  }
  // Why the compiler takes no part of the solution is told once, where the solution is shown.
  if (view.synthesizer === "compiler" && view.compilation !== null && "refused" in view.compilation) return null;
  return view.status === "rejected" && !props.active ? <Rejected {...props} /> : null;
}
