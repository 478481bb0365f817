import { Alert, Button, Group, Stack, Text } from "@mantine/core";
import { IconCircleX, IconTool } from "@tabler/icons-react";
import { type CandidateView, GATE_FACTS, type RunId } from "@/domain";
import { ErrorNotice, useAction } from "../components/index.ts";
import { formatCount } from "../text/index.ts";
import { useRuns } from "@/ui/stores";
import { COMPILED_ADVICE } from "./advice.ts";
import { failedGateOf } from "./run-progress.ts";

export type RejectionNoticeProps = {
  id: RunId;
  candidate: CandidateView;
  /** The number of the candidate that repairs this one, when there is one. */
  repairedBy: number | null;
  active: boolean;
  lockedElsewhere: boolean;
};

/** Why a candidate was turned down, in words; always in view where a gate failed. */
export function RejectionNotice({ id, candidate, repairedBy, active, lockedElsewhere }: RejectionNoticeProps) {
  const repair = useRuns((state) => state.repair);
  const action = useAction();
  const failed = failedGateOf(candidate);
  if (failed === null) return null;
  const { label, about, advice } = GATE_FACTS[failed.gate];
  const errors = failed.findings.filter((finding) => finding.severity === "error");
  const first = errors[0];
  const rejected = candidate.status === "rejected";
  const compiled = candidate.variant !== null;
  return (
    <Alert
      color="red"
      icon={<IconCircleX aria-hidden />}
      title={`${rejected ? `Candidate ${candidate.candidate + 1} was rejected` : "A gate failed"}: ${label}`}
    >
      <Stack gap={8}>
        <Text size="sm" fw={550} style={{ overflowWrap: "anywhere" }}>
          {first?.message ?? "The gate did not pass."}
        </Text>
        {errors.length > 1 && <Text size="sm">{formatCount(errors.length - 1, "more finding")} under Gates.</Text>}
        <Text size="sm">
          {about} {rejected && repairedBy === null && (compiled ? COMPILED_ADVICE : advice)}
        </Text>
        {repairedBy !== null && <Text size="sm">Candidate {repairedBy + 1} is its repair: the model was shown this evidence.</Text>}
        {rejected && !compiled && (
          <Group gap="xs">
            <Button
              size="xs"
              variant="default"
              leftSection={<IconTool size={15} />}
              loading={action.busy && !active}
              disabled={active || lockedElsewhere}
              onClick={() => action.run(() => repair(id, candidate.candidate))}
            >
              Repair{repairedBy === null ? "" : " again"}
            </Button>
            {active && (
              <Text size="sm" c="dimmed">
                Repair is possible when the run has ended.
              </Text>
            )}
          </Group>
        )}
        {action.error !== null && <ErrorNotice error={action.error} title="The repair could not start" />}
      </Stack>
    </Alert>
  );
}
