import { Button, Group, Stack, Text, TextInput } from "@mantine/core";
import { IconAlertTriangle, IconCube, IconPlayerPlayFilled } from "@tabler/icons-react";
import { useMemo, useState } from "react";
import { Link, useLocation } from "wouter";
import type { Environment, EvaluationPlan, ModelPlayer } from "@/domain";
import { useEvaluations, useLibrary, useSettings } from "@/ui/stores";
import { costRangeText, lackOf, paths, sizeText } from "../../text/index.ts";
import { EmptyState, ErrorNotice, PageHeader, PageLoading, Section, useAction } from "../../components/index.ts";
import classes from "./plan-page.module.css";
import { EnvironmentPicker } from "./environment-picker.tsx";
import { type Draft, isMeasurable, modelKey, NEW_DRAFT, planOf, sizeSentence, tasksOf } from "./plan.ts";
import { PlayerPicker } from "./player-picker.tsx";
import { RunPicker } from "./run-picker.tsx";
import { usePlanEstimate } from "./use-plan-estimate.ts";

/** Survives a look at another page; gone with the tab. */
let kept: Draft = NEW_DRAFT;

function useModels(chosen: ReadonlySet<string>): ModelPlayer[] {
  const profiles = useSettings((state) => state.settings.profiles);
  const keys = useSettings((state) => state.keys);
  const modelPlayer = useEvaluations((state) => state.modelPlayer);
  return useMemo(
    () =>
      profiles
        .filter((profile) => lackOf(profile, keys[profile.id] ?? "none") === null)
        .flatMap(({ id }) =>
          (["native", "text"] as const)
            .filter((protocol) => chosen.has(modelKey({ profileId: id, protocol })))
            .map((protocol) => modelPlayer(id, protocol)),
        ),
    [profiles, keys, chosen, modelPlayer],
  );
}

function Size({ plan }: { plan: EvaluationPlan }) {
  const estimate = usePlanEstimate(plan);
  const uncapped = plan.caps.usd === null && plan.caps.tokens === null;
  const models = plan.players.some(({ kind }) => kind === "model");
  return (
    <div>
      <Text fw={600}>{sizeSentence(plan)}</Text>
      {!models ? (
        <Text size="sm" c="dimmed">
          No model is asked: it costs nothing, and nothing is sent anywhere.
        </Text>
      ) : (
        <>
          <Text size="sm">
            {estimate === null
              ? "Working out what its models will take…"
              : estimate === "failed"
                ? "What its models will take could not be worked out."
                : `${sizeText(estimate)}, ${costRangeText(estimate)}`}
          </Text>
          <Text size="xs" c="dimmed" maw={620}>
            Likely: as many rounds as the reference solver; at most: four times as many. Each turn sends the whole conversation again.
          </Text>
          {uncapped && estimate !== null && estimate !== "failed" && !estimate.free ? (
            <Group gap={6} wrap="nowrap" mt={4} align="flex-start">
              <IconAlertTriangle size={16} aria-hidden className={classes.warn} />
              <Text size="sm">There is no cap of its own on this evaluation.</Text>
            </Group>
          ) : null}
        </>
      )}
    </div>
  );
}

function Form({ environments }: { environments: readonly Environment[] }) {
  const start = useEvaluations((state) => state.start);
  const [, navigate] = useLocation();
  const [draft, setDraft] = useState<Draft>(() =>
    kept.environments.size === 0 ? { ...kept, environments: new Set(environments.slice(0, 3).map(({ id }) => id)) } : kept,
  );
  const action = useAction();
  const { environments: chosen, tasks: which, sample } = draft;
  const tasks = useMemo(() => tasksOf({ environments: chosen, tasks: which, sample }, environments), [chosen, which, sample, environments]);
  const models = useModels(draft.models);
  const planned = useMemo(() => planOf(draft, tasks, models), [draft, tasks, models]);
  const change = (part: Partial<Draft>): void => {
    kept = { ...draft, ...part };
    setDraft(kept);
  };
  const { plan } = planned;
  return (
    <Stack gap="md">
      <Section title="Environments" note="Those that were verified in this browser.">
        <EnvironmentPicker environments={environments} draft={draft} onChange={change} />
      </Section>
      <Section title="Players">
        <PlayerPicker draft={draft} onChange={change} />
      </Section>
      <Section title="Episodes">
        <Stack gap="md">
          <RunPicker draft={draft} onChange={change} />
          <TextInput
            label="Name"
            description="Left empty, it is named after its size."
            maxLength={200}
            maw={480}
            value={draft.title}
            onChange={(event) => change({ title: event.currentTarget.value })}
          />
        </Stack>
      </Section>
      <div className={classes.startBar}>
        {plan === null ? <Text size="sm">{planned.lacks}</Text> : <Size plan={plan} />}
        <Button
          size="md"
          disabled={plan === null}
          loading={action.busy}
          leftSection={<IconPlayerPlayFilled size={16} aria-hidden />}
          onClick={() =>
            action.run(async () => {
              if (plan !== null) navigate(paths.evaluation(await start(plan)));
            })
          }
        >
          Start
        </Button>
      </div>
      {action.error === null ? null : <ErrorNotice error={action.error} title="The evaluation could not start" />}
    </Stack>
  );
}

/** `/evaluate/new`: what is to be measured. */
export function PlanPage() {
  const load = useLibrary((state) => state.load);
  const library = useLibrary((state) => state.environments);
  const ready = useSettings((state) => state.load.status !== "loading");
  const environments = useMemo(() => library.filter(isMeasurable), [library]);
  if (load.status === "loading" || !ready) return <PageLoading title="Plan an evaluation" />;
  return (
    <>
      <PageHeader title="Plan an evaluation" back={{ href: paths.evaluate, name: "All evaluations" }} />
      {load.status === "failed" ? <ErrorNotice error={load.error} title="The library could not be read" /> : null}
      {environments.length > 0 ? (
        <Form environments={environments} />
      ) : (
        <EmptyState
          icon={<IconCube stroke={1.5} />}
          title="No verified environment yet"
          action={
            <Button component={Link} href={library.length === 0 ? paths.problems : paths.environments}>
              {library.length === 0 ? "Choose a problem" : "Go to Environments"}
            </Button>
          }
        >
          Only what was proven in this browser can be measured. Make an environment from a problem, or verify an imported one.
        </EmptyState>
      )}
    </>
  );
}
