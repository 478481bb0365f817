import { Badge, Button, Group, Stack, Text, Title } from "@mantine/core";
import { IconInfoCircle, IconPlayerPlay, IconPlayerStop } from "@tabler/icons-react";
import { useLocation } from "wouter";
import type { RunId, RunView } from "@/domain";
import { ErrorNotice, useAction } from "../components/index.ts";
import { paths } from "../text/index.ts";
import { useLibrary, useRuns } from "@/ui/stores";
import classes from "./pipeline.module.css";
import { RunAgain } from "./run-again.tsx";
import { RunStatus } from "./run-status.tsx";

/** One label, or one for each role where they differ: "designer: x · solver: y". */
const modelsOf = (label: string): string[] => [...new Set(label.split(" · "))].filter((part) => part !== "");

export type RunHeaderProps = { id: RunId; view: RunView; active: boolean; lockedElsewhere: boolean };

/** What is being run, with which model, and what can be done with the run. */
export function RunHeader({ id, view, active, lockedElsewhere }: RunHeaderProps) {
  const [, navigate] = useLocation();
  const cancel = useRuns((state) => state.cancel);
  const resume = useRuns((state) => state.resume);
  const start = useRuns((state) => state.start);
  const action = useAction();
  const { problem } = view;
  // As in the list: a run goes by its problem's title of today. The log holds the one that it was started with.
  const title = useLibrary((state) => state.problems.find((item) => item.id === problem?.id)?.title) ?? problem?.title ?? "Run";
  // What was chosen for the compiler holds for another run too.
  const sameWriter = view.synthesizer === "compiler" ? { choices: view.choices, synthesizer: view.synthesizer } : { choices: view.choices };
  const resumable = !active && !lockedElsewhere && (view.status === "open" || view.status === "failed" || view.status === "cancelled");

  return (
    <Stack gap="sm">
      <Group justify="space-between" align="flex-start" gap="md">
        <Stack gap={6} style={{ flex: "1 1 280px", minWidth: 0 }}>
          <Title order={1} style={{ overflowWrap: "anywhere" }}>
            {title}
          </Title>
          <Group gap="xs">
            <RunStatus status={view.status} active={active} lockedElsewhere={lockedElsewhere} capped={view.error?.code === "cap-reached"} />
            {modelsOf(view.model).map((model) => (
              <Badge key={model} variant="default" className={classes.modelBadge ?? ""}>
                {model}
              </Badge>
            ))}
            {view.fresh && <Badge color="gray">new replies</Badge>}
          </Group>
        </Stack>
        <Group gap="xs">
          {active && (
            <Button variant="default" leftSection={<IconPlayerStop size={16} />} onClick={() => cancel(id)}>
              Cancel
            </Button>
          )}
          {resumable && (
            <Button
              leftSection={<IconPlayerPlay size={16} />}
              loading={action.busy && !active}
              onClick={() => action.run(() => resume(id))}
            >
              Resume
            </Button>
          )}
          {!active && problem !== null && (
            <RunAgain
              recorded={view.recorded || view.synthesizer === "compiler"}
              busy={action.busy}
              onStart={(options) => action.run(async () => navigate(paths.run(await start(problem.id, { ...options, ...sameWriter }))))}
            />
          )}
        </Group>
      </Group>
      {view.synthesizer !== "model" && (
        <Group gap={8} wrap="nowrap" align="flex-start">
          <IconInfoCircle size={18} stroke={1.6} aria-hidden style={{ flex: "none", marginTop: 2 }} />
          <Text size="sm">
            <strong>Built-in compiler:</strong>{" "}
            {view.synthesizer === "compiler"
              ? "it cuts the solution itself into tools, by rules. No model is asked, nothing is sent anywhere."
              : "it cuts the solution into tools first, by rules; then the model writes its own environment, which has that one to beat."}
          </Text>
        </Group>
      )}
      {view.recorded && (
        <Group gap={8} wrap="nowrap" align="flex-start">
          <IconInfoCircle size={18} stroke={1.6} aria-hidden style={{ flex: "none", marginTop: 2 }} />
          <Text size="sm">
            <strong>Recorded replies:</strong> a language model wrote them beforehand, for this problem; everything that follows is computed
            now, in your browser.
          </Text>
        </Group>
      )}
      {lockedElsewhere && (
        <Text size="sm">Another tab is driving this run. What it finds appears here too; cancel or resume it over there.</Text>
      )}
      {action.error !== null && <ErrorNotice error={action.error} />}
    </Stack>
  );
}
