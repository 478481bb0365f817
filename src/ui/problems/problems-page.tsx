import { Button, Group, SegmentedControl, Stack, Text, Title } from "@mantine/core";
import { IconPlayerPlayFilled, IconPlus, IconPuzzle, IconSearchOff } from "@tabler/icons-react";
import { useDeferredValue, useMemo, useState } from "react";
import { Link } from "wouter";
import type { Problem, ProblemId } from "@/domain";
import { useLibrary, useRuns } from "@/ui/stores";
import {
  EmptyState,
  ErrorNotice,
  ImportButton,
  PageHeader,
  PageLoading,
  SearchField,
  UnreadableRecords,
  VirtualList,
} from "../components/index.ts";
import { formatCount, paths } from "../text/index.ts";
import { Hero } from "./hero.tsx";
import { ProblemRow } from "./problem-row.tsx";
import classes from "./problems-page.module.css";
import { useReadiness } from "./readiness.ts";
import { useStartRun } from "./use-start-run.ts";

type Origin = Problem["origin"] | "all";

function matches(problem: Problem, words: readonly string[]): boolean {
  if (words.length === 0) return true;
  const text = `${problem.title}\n${problem.id}\n${problem.kind ?? ""}\n${problem.subset ?? ""}\n${problem.statement}`.toLowerCase();
  return words.every((word) => text.includes(word));
}

function counted<T>(items: readonly T[], keyOf: (item: T) => ProblemId | undefined): Map<ProblemId, number> {
  const counts = new Map<ProblemId, number>();
  for (const item of items) {
    const key = keyOf(item);
    if (key !== undefined) counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return counts;
}

function ProblemList({ problems }: { problems: readonly Problem[] }) {
  const environments = useLibrary((state) => state.environments);
  const runs = useRuns((state) => state.runs);
  const verified = useMemo(
    () => counted(environments, (environment) => (environment.status === "verified" ? environment.provenance.problemId : undefined)),
    [environments],
  );
  const started = useMemo(() => counted(runs, (run) => run.problemId), [runs]);
  const [search, setSearch] = useState("");
  const [origin, setOrigin] = useState<Origin>("all");
  const query = useDeferredValue(search);
  const shown = useMemo(() => {
    const words = query
      .toLowerCase()
      .split(/\s+/)
      .filter((word) => word !== "");
    return problems.filter((problem) => (origin === "all" || problem.origin === origin) && matches(problem, words));
  }, [problems, origin, query]);

  const option = (value: Origin, name: string) => {
    const count = value === "all" ? problems.length : problems.filter((problem) => problem.origin === value).length;
    return { value, label: `${name} ${count.toLocaleString("en")}` };
  };

  return (
    <Stack gap="md">
      <Group gap="sm">
        <SearchField value={search} onChange={setSearch} label="Search problems" />
        <SegmentedControl
          aria-label="Origin"
          size="xs"
          value={origin}
          onChange={(value) => setOrigin(value === "bundled" || value === "imported" || value === "own" ? value : "all")}
          data={[option("all", "All"), option("bundled", "Bundled"), option("imported", "Imported"), option("own", "Own")]}
          className={classes.origins ?? ""}
        />
        <Text size="xs" c="dimmed" component="output" ml="auto">
          {query === "" ? "" : formatCount(shown.length, "match", "matches")}
        </Text>
      </Group>
      {shown.length > 0 ? (
        <VirtualList items={shown} keyOf={(problem) => problem.id} rowHeight={70} label="Problems">
          {(problem) => <ProblemRow problem={problem} verified={verified.get(problem.id) ?? 0} runs={started.get(problem.id) ?? 0} />}
        </VirtualList>
      ) : query !== "" ? (
        <EmptyState
          icon={<IconSearchOff stroke={1.5} />}
          title="No problem matches"
          action={
            <Button variant="default" onClick={() => setSearch("")}>
              Clear the search
            </Button>
          }
        >
          The search looks at titles, ids and statements.
        </EmptyState>
      ) : (
        <EmptyState
          icon={<IconPuzzle stroke={1.5} />}
          title={origin === "own" ? "You have not written a problem yet" : "Nothing imported yet"}
          action={
            <Button component={Link} href={paths.newProblem}>
              Write a problem
            </Button>
          }
        >
          Write a problem with its Python solution, or import some: .jsonl rows, .py files, or pasted text. Files can be dropped on this
          page.
        </EmptyState>
      )}
    </Stack>
  );
}

/** The bundled problem's run once more, and always free: with its recorded replies, or compiled. */
function SeeItHappen({ first }: { first: Problem }) {
  const readiness = useReadiness(first);
  const { busy, error, begin } = useStartRun();
  const recorded = readiness?.kind === "ready" && readiness.recorded;
  return (
    <>
      <Button
        variant="default"
        leftSection={<IconPlayerPlayFilled size={15} aria-hidden />}
        loading={busy}
        onClick={() => begin(first, recorded ? {} : { synthesizer: "compiler" })}
      >
        See it happen
      </Button>
      {error === null ? null : <ErrorNotice error={error} title="The run could not start" />}
    </>
  );
}

function Add() {
  return (
    <Group gap="xs">
      <ImportButton />
      <Button variant="default" component={Link} href={paths.newProblem} leftSection={<IconPlus size={16} aria-hidden />}>
        Write one
      </Button>
    </Group>
  );
}

export function ProblemsPage() {
  const load = useLibrary((state) => state.load);
  const runsLoad = useRuns((state) => state.load.status);
  const problems = useLibrary((state) => state.problems);
  const newcomer = useRuns((state) => state.runs.length === 0);
  const first = problems.find((problem) => problem.origin === "bundled") ?? null;
  // What stands at the top depends on what is stored: waiting for it keeps the page from jumping.
  if (load.status === "loading" || runsLoad === "loading") return <PageLoading title="Problems" />;
  return (
    <>
      {newcomer ? (
        <>
          <Hero first={first} />
          <Group justify="space-between" gap="sm" mt="xl" mb="md">
            <Title order={2}>All problems</Title>
            <Add />
          </Group>
        </>
      ) : (
        <PageHeader
          title="Problems"
          description="Pick one, or bring your own: a statement and a Python solution are all it takes."
          actions={
            <>
              {first === null ? null : <SeeItHappen first={first} />}
              <Add />
            </>
          }
        />
      )}
      <Stack gap="md">
        {load.status === "failed" ? <ErrorNotice error={load.error} title="The library could not be read" /> : null}
        <UnreadableRecords kinds={["problem"]} />
        <ProblemList problems={problems} />
      </Stack>
    </>
  );
}
