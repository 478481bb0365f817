import { Badge, Button, Group, Paper, Skeleton, Stack, Text, Title } from "@mantine/core";
import { IconBulb, IconEye, IconRoute } from "@tabler/icons-react";
import { useState } from "react";
import { callOf, type Comparison, compareWith, type EnvironmentId } from "@/domain";
import type { Hint, OpenEpisode, ReferencePath } from "@/state";
import { ErrorNotice, useAction } from "../components/index.ts";
import { formatCount } from "../text/index.ts";
import { usePlay } from "@/ui/stores";
import { callText, observationText } from "./call-text.ts";
import stepClasses from "./steps.module.css";
import classes from "./reference-panel.module.css";

/** How much of the reference solver's path is given away. */
type Shown = "nothing" | "tool" | "call" | "path";

function sameText({ same }: Comparison, calls: number, over: boolean): string {
  if (calls === 0) return "No call has been made yet.";
  if (same === calls) return `${over ? "The same way" : "So far the same way"}: ${formatCount(calls, "round")}.`;
  return same === 0
    ? "Another way from the first round on."
    : `The same for ${formatCount(same, "round")}, another way from round ${same + 1} on.`;
}

function Path({ path, comparison }: { path: ReferencePath; comparison: Comparison }) {
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- scrolled by the arrow keys
    <section className={classes.path} tabIndex={0} aria-label="Path of the reference solver">
      <ol className={stepClasses.steps}>
        {path.steps.map((step, index) => (
          // oxlint-disable-next-line react/no-array-index-key -- a step is its number
          <li key={index} className={stepClasses.step} data-made={comparison.made[index] || undefined}>
            <span className={stepClasses.stepNumber}>{index + 1}</span>
            <div className={stepClasses.stepBody}>
              <pre className={stepClasses.call}>{callText(step.action)}</pre>
              <pre className={stepClasses.observation}>{observationText(step.observation.slice(0, 400))}</pre>
            </div>
            <Badge size="sm" variant="light" color={comparison.made[index] === true ? "green" : "gray"}>
              {comparison.made[index] === true ? "made" : "not made"}
            </Badge>
          </li>
        ))}
      </ol>
    </section>
  );
}

function HintText({ hint, whole }: { hint: Hint; whole: boolean }) {
  if (hint.kind === "parted") {
    const where = hint.steps === 0 ? "Start over" : `Branch after round ${hint.steps}`;
    return (
      <Text size="sm" component="output">
        From here the reference solver’s calls no longer lead to reward 1. {where}, where your ways diverge, or continue by yourself.
      </Text>
    );
  }
  return (
    <Text size="sm" component="output" style={{ overflowWrap: "anywhere" }}>
      The reference solver calls <b>{whole ? callText(hint.action) : (callOf(hint.action)?.name ?? hint.action)}</b> next.
      {hint.detour ? " Tried out from here: its calls still lead to reward 1." : ""}
    </Text>
  );
}

/** Hints from the reference solver, and its path beside the one that was played. */
export function ReferencePanel({
  episode,
  environmentId,
  config,
  spoils,
}: {
  episode: OpenEpisode;
  environmentId: EnvironmentId;
  config: string;
  spoils: boolean;
}) {
  const reference = usePlay((state) => state.reference);
  const askHint = usePlay((state) => state.hint);
  const [path, setPath] = useState<ReferencePath | null>(null);
  const [hint, setHint] = useState<{ hint: Hint; calls: number } | null>(null);
  const [shown, setShown] = useState<Shown>("nothing");
  const action = useAction();
  const { calls } = episode.view;
  // A hint is about the next call; once that is made, another one is asked for.
  const current = hint !== null && hint.calls === calls.length ? hint.hint : null;
  const showHint = (what: "tool" | "call"): void => {
    setShown(what);
    if (current === null) action.run(async () => setHint({ hint: await askHint(episode.id), calls: calls.length }));
  };
  const showPath = (): void => {
    setShown("path");
    if (path === null) action.run(async () => setPath(await reference(environmentId, config)));
  };
  const comparison =
    path === null
      ? null
      : compareWith(
          path.steps.map((step) => step.action),
          calls.map((call) => call.action),
        );
  const over = episode.view.status === "ended";
  return (
    <Paper withBorder p="md" component="section" aria-labelledby={`reference-${episode.id}`}>
      <Stack gap="sm">
        <Title order={2} id={`reference-${episode.id}`}>
          Reference solver
        </Title>
        <Text size="sm" c="dimmed">
          {spoils && !over ? "A hint names its next tool; its whole path gives the task away." : "Its own way through the same task."}
        </Text>
        <Group gap="xs">
          {!over && (
            <Button
              size="xs"
              variant="default"
              leftSection={<IconBulb size={15} aria-hidden />}
              loading={action.busy && shown === "tool"}
              disabled={episode.phase === "calling"}
              onClick={() => showHint("tool")}
            >
              Hint
            </Button>
          )}
          {!over && (shown === "tool" || shown === "call") && current?.kind === "call" && (
            <Button size="xs" variant="default" leftSection={<IconEye size={15} aria-hidden />} onClick={() => showHint("call")}>
              Reveal
            </Button>
          )}
          <Button
            size="xs"
            variant="default"
            aria-expanded={shown === "path"}
            leftSection={<IconRoute size={15} aria-hidden />}
            onClick={() => (shown === "path" ? setShown("nothing") : showPath())}
          >
            {shown === "path" ? "Hide its path" : "Compare"}
          </Button>
        </Group>
        {action.error !== null && <ErrorNotice error={action.error} title="The reference solver could not be run" />}
        {action.busy && shown === "path" && path === null && <Skeleton height={40} />}
        {!over && current !== null && (shown === "tool" || shown === "call") && <HintText hint={current} whole={shown === "call"} />}
        {path !== null && comparison !== null && shown === "path" && (
          <>
            <Text size="sm">
              {sameText(comparison, calls.length, over)} It takes {formatCount(path.steps.length, "round")} and gets reward {path.reward}.
            </Text>
            <Path path={path} comparison={comparison} />
          </>
        )}
      </Stack>
    </Paper>
  );
}
