import { Button, Group, Text, Title } from "@mantine/core";
import { IconCube, IconShieldCheck, IconWand } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { Link } from "wouter";
import type { Problem } from "@/domain";
import { ErrorNotice } from "../components/index.ts";
import { paths } from "../text/index.ts";
import classes from "./hero.module.css";
import { type Readiness, useReadiness } from "./readiness.ts";
import { ReadinessNote } from "./readiness-note.tsx";
import { StartButton } from "./start-button.tsx";
import { useStartRun } from "./use-start-run.ts";

const STEPS: readonly { icon: ReactNode; title: string; text: string }[] = [
  {
    icon: <IconWand size={18} stroke={1.75} aria-hidden />,
    title: "Cut from the solution",
    text: "By the built-in compiler, or by a model of your choice: the solution becomes tools, the data is hidden behind them.",
  },
  {
    icon: <IconShieldCheck size={18} stroke={1.75} aria-hidden />,
    title: "Proven by running it",
    text: "Real Python in your browser takes every candidate through the same gates. Only proof counts as verified.",
  },
  {
    icon: <IconCube size={18} stroke={1.75} aria-hidden />,
    title: "Yours to use",
    text: "Play it with tool calls, step through the reference solver, download it with its training tasks.",
  },
];

function startText(readiness: Readiness | null, first: Problem | null): string {
  if (readiness?.kind === "ready" && readiness.synthesizer === "compiler")
    return "No key needed: the built-in compiler cuts the solution itself, yours too. Everything is computed here, now.";
  if (readiness === null || (readiness.kind === "ready" && readiness.recorded)) {
    return `No key needed. For ${first === null ? "the bundled problems" : `“${first.title}”`} a model's replies were recorded; your own problem is cut by the built-in compiler, with no model at all. All else is computed here, now.`;
  }
  return "Uses the model chosen in Settings. Everything that follows its replies is computed here, now.";
}

/** What a newcomer sees first: what this is, and one button that shows it. */
export function Hero({ first }: { first: Problem | null }) {
  const readiness = useReadiness(first);
  const { busy, error, begin } = useStartRun();
  return (
    <section className={classes.hero} aria-labelledby="hero-title">
      <div className={classes.heroText}>
        <Title order={1} id="hero-title" data-title="Problems" className={classes.heroTitle}>
          A coding problem becomes a verified environment
        </Title>
        <Text className={classes.lead}>
          CodeGym Playground turns a coding problem and its Python solution into a multi-turn tool-use environment for language-model
          agents. The solution is what proves that an answer is right.
        </Text>
        <Group gap="sm" mt="lg">
          <StartButton size="md" readiness={readiness} busy={busy} onStart={() => first !== null && begin(first)}>
            See it happen
          </StartButton>
          <Button size="md" variant="default" component={Link} href={paths.newProblem}>
            Use your own problem
          </Button>
        </Group>
        {error === null ? null : (
          <div className={classes.heroError}>
            <ErrorNotice error={error} title="The run could not start" />
          </div>
        )}
        <div className={classes.heroNote}>
          {readiness !== null && readiness.kind !== "ready" ? (
            <ReadinessNote readiness={readiness} bundled />
          ) : (
            <Text size="xs" c="dimmed">
              {startText(readiness, first)}
            </Text>
          )}
        </div>
      </div>
      <ol className={classes.steps}>
        {STEPS.map(({ icon, title, text }) => (
          <li key={title} className={classes.step}>
            <span className={classes.stepIcon}>{icon}</span>
            <div>
              <Text size="sm" fw={600}>
                {title}
              </Text>
              <Text size="sm" c="dimmed">
                {text}
              </Text>
            </div>
          </li>
        ))}
      </ol>
    </section>
  );
}
