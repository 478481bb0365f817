import { Paper, Stack, Tabs, Text, Title, VisuallyHidden } from "@mantine/core";
import { IconCircleCheck, IconCircleDotted, IconCircleX } from "@tabler/icons-react";
import { useState } from "react";
import type { CandidateView, RunId, RunView } from "@/domain";
import { CandidateDetail } from "./candidate-detail.tsx";
import classes from "./pipeline.module.css";
import { focusOf } from "./run-progress.ts";

const ICON = { running: IconCircleDotted, verified: IconCircleCheck, rejected: IconCircleX } as const;
const TONE = { running: "dim", verified: "good", rejected: "bad" } as const;

function CandidateTab({ candidate, status }: { candidate: CandidateView; status: CandidateView["status"] }) {
  const Icon = ICON[status];
  return (
    <Tabs.Tab
      value={String(candidate.candidate)}
      leftSection={<Icon size={16} className={classes[TONE[status]] ?? ""} aria-hidden />}
    >
      Candidate {candidate.candidate + 1}
      <VisuallyHidden>, {status}</VisuallyHidden>
      {candidate.repairOf !== null && (
        <Text component="span" size="xs" c="dimmed" display="block">
          repair of candidate {candidate.repairOf + 1}
        </Text>
      )}
    </Tabs.Tab>
  );
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
          {active
            ? "The designer is writing the first environment. It appears here as soon as its reply is complete, and goes through seven gates."
            : "No candidate yet: no reply of the designer has come in."}
        </Text>
      </Paper>
    );
  }
  const detail = (candidate: CandidateView) => (
    <CandidateDetail
      key={candidate.candidate}
      id={id}
      candidate={candidate}
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
                <CandidateTab key={candidate.candidate} candidate={candidate} status={candidate.status} />
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
