import { Paper, Stack, Tabs, Text, Title, VisuallyHidden } from "@mantine/core";
import { IconCircleCheck, IconCircleDotted, IconCircleX } from "@tabler/icons-react";
import { useState } from "react";
import type { CandidateView, RunId, RunView } from "@/domain";
import { writerOf } from "./writer.ts";
import { CandidateDetail } from "./candidate-detail.tsx";
import classes from "./pipeline.module.css";
import { focusOf } from "./run-progress.ts";

const ICON = { running: IconCircleDotted, verified: IconCircleCheck, rejected: IconCircleX } as const;
const TONE = { running: "dim", verified: "good", rejected: "bad" } as const;

function CandidateTab({ view, candidate, status }: { view: RunView; candidate: CandidateView; status: CandidateView["status"] }) {
  const Icon = ICON[status];
  return (
    <Tabs.Tab value={String(candidate.candidate)} leftSection={<Icon size={16} className={classes[TONE[status]] ?? ""} aria-hidden />}>
      Candidate {candidate.candidate + 1}
      <VisuallyHidden>, {status}</VisuallyHidden>
      {(candidate.repairOf !== null || view.synthesizer !== "model") && (
        <Text component="span" size="xs" c="dimmed" display="block">
          {candidate.repairOf === null ? writerOf(view, candidate) : `repair of candidate ${candidate.repairOf + 1}`}
        </Text>
      )}
    </Tabs.Tab>
  );
}

function waitingText({ synthesizer, compilation }: RunView, active: boolean): string {
  const refused = compilation !== null && "refused" in compilation;
  if (synthesizer === "compiler" || (synthesizer === "both" && compilation === null)) {
    if (refused) return "No candidate: the solution cannot be compiled.";
    return active
      ? "The compiler is cutting the solution. Its first environment appears here and goes through all gates."
      : "No candidate yet: the solution has not been compiled.";
  }
  return active
    ? "The designer is writing the first environment. It appears here as soon as its reply is complete, and goes through all gates."
    : "No candidate yet: no reply of the designer has come in.";
}

export type CandidateSectionProps = { id: RunId; view: RunView; active: boolean; lockedElsewhere: boolean };

/** The candidates of a run. The one that the run is busy with is shown until the person chooses another. */
export function CandidateSection({ id, view, active, lockedElsewhere }: CandidateSectionProps) {
  const [chosen, setChosen] = useState<number | null>(null);
  const shown = view.candidates.find((item) => item.candidate === chosen) ?? focusOf(view);
  if (shown === null) {
    return (
      <Paper withBorder p="md" component="section" aria-labelledby="candidates-title">
        <Title order={2} id="candidates-title" mb="xs">
          Candidates
        </Title>
        <Text size="sm" c="dimmed">
          {waitingText(view, active)}
        </Text>
      </Paper>
    );
  }
  const detail = (candidate: CandidateView) => (
    <CandidateDetail
      key={candidate.candidate}
      id={id}
      candidate={candidate}
      writer={view.synthesizer === "model" ? null : writerOf(view, candidate)}
      repairedBy={view.candidates.findLast((item) => item.repairOf === candidate.candidate)?.candidate ?? null}
      active={active}
      lockedElsewhere={lockedElsewhere}
    />
  );
  return (
    <Paper withBorder p="md" component="section" aria-labelledby="candidates-title" style={{ minWidth: 0 }}>
      <Stack gap="sm">
        <Title order={2} id="candidates-title">
          {view.candidates.length === 1 ? "Candidate" : "Candidates"}
        </Title>
        {view.candidates.length === 1 ? (
          detail(shown)
        ) : (
          <Tabs value={String(shown.candidate)} onChange={(value) => setChosen(value === null ? null : Number(value))} keepMounted={false}>
            <Tabs.List mb="md">
              {view.candidates.map((candidate) => (
                <CandidateTab key={candidate.candidate} view={view} candidate={candidate} status={candidate.status} />
              ))}
            </Tabs.List>
            {view.candidates.map((candidate) => (
              <Tabs.Panel key={candidate.candidate} value={String(candidate.candidate)}>
                {candidate === shown && detail(candidate)}
              </Tabs.Panel>
            ))}
          </Tabs>
        )}
      </Stack>
    </Paper>
  );
}
