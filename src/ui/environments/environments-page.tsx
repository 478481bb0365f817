import { Button, Group, SegmentedControl, Stack } from "@mantine/core";
import { IconCube, IconSearchOff } from "@tabler/icons-react";
import { useDeferredValue, useMemo, useState } from "react";
import { Link } from "wouter";
import type { Environment, EnvironmentId } from "@/domain";
import { useLibrary, useVerify } from "@/ui/stores";
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
import { paths } from "../text/index.ts";
import { EnvironmentRow } from "./environment-row.tsx";
import { SelectionBar } from "./selection-bar.tsx";
import { VerifyProgress } from "./verify-progress.tsx";

type Status = Environment["status"] | "all";

function matches(environment: Environment, words: readonly string[]): boolean {
  if (words.length === 0) return true;
  const text =
    `${environment.className}\n${environment.codeId}\n${environment.tools.map((tool) => tool.name).join(" ")}\n${environment.taskText}`.toLowerCase();
  return words.every((word) => text.includes(word));
}

function List({ environments }: { environments: readonly Environment[] }) {
  const jobs = useVerify((state) => state.jobs);
  const [search, setSearch] = useState("");
  const [status, setStatus] = useState<Status>("all");
  const [chosen, setChosen] = useState<ReadonlySet<EnvironmentId>>(new Set());
  const query = useDeferredValue(search);
  const shown = useMemo(() => {
    const words = query
      .toLowerCase()
      .split(/\s+/)
      .filter((word) => word !== "");
    return environments
      .filter((environment) => (status === "all" || environment.status === status) && matches(environment, words))
      .toSorted((a, b) => b.addedAt - a.addedAt);
  }, [environments, status, query]);
  const jobOf = useMemo(() => new Map(jobs.map((job) => [job.environmentId, job])), [jobs]);
  // Only what is in sight is acted on: a filter never hides something that is about to be removed.
  const selected = shown.filter((environment) => chosen.has(environment.id)).map((environment) => environment.id);

  const select = (id: EnvironmentId, on: boolean): void => {
    const next = new Set(chosen);
    if (on) next.add(id);
    else next.delete(id);
    setChosen(next);
  };

  const option = (value: Status, name: string) => {
    const count = value === "all" ? environments.length : environments.filter((environment) => environment.status === value).length;
    return { value, label: `${name} ${count.toLocaleString("en")}` };
  };

  return (
    <Stack gap="md">
      <Group gap="sm">
        <SearchField value={search} onChange={setSearch} label="Search environments" />
        <SegmentedControl
          aria-label="Status"
          size="xs"
          value={status}
          onChange={(value) => setStatus(value === "verified" || value === "unverified" || value === "rejected" ? value : "all")}
          data={[option("all", "All"), option("verified", "Verified"), option("unverified", "Unverified"), option("rejected", "Rejected")]}
        />
      </Group>
      <VerifyProgress />
      <SelectionBar shown={shown.map((environment) => environment.id)} selected={selected} onSelect={(ids) => setChosen(new Set(ids))} />
      {shown.length === 0 ? (
        <EmptyState
          icon={<IconSearchOff stroke={1.5} />}
          title="None matches"
          action={
            <Button
              variant="default"
              onClick={() => {
                setSearch("");
                setStatus("all");
              }}
            >
              Show all
            </Button>
          }
        >
          The search looks at names, ids, tools and task texts.
        </EmptyState>
      ) : (
        <VirtualList items={shown} keyOf={(environment) => environment.id} rowHeight={70} label="Environments">
          {(environment) => (
            <EnvironmentRow
              environment={environment}
              job={jobOf.get(environment.id)}
              selected={chosen.has(environment.id)}
              onSelect={(on) => select(environment.id, on)}
            />
          )}
        </VirtualList>
      )}
    </Stack>
  );
}

export function EnvironmentsPage() {
  const load = useLibrary((state) => state.load);
  const environments = useLibrary((state) => state.environments);
  if (load.status === "loading") return <PageLoading title="Environments" />;
  return (
    <>
      <PageHeader
        title="Environments"
        description="Made here or imported. What is imported stays unverified until it has been proven in this browser."
        actions={<ImportButton />}
      />
      {load.status === "failed" ? <ErrorNotice error={load.error} title="The library could not be read" /> : null}
      <UnreadableRecords kinds={["environment"]} mb="md" />
      {environments.length > 0 ? (
        <List environments={environments} />
      ) : load.status === "ready" ? (
        <EmptyState
          icon={<IconCube stroke={1.5} />}
          title="No environments yet"
          action={
            <Button component={Link} href={paths.problems}>
              Choose a problem
            </Button>
          }
        >
          Make one from a problem: no key is needed for the bundled ones. Or import environments as .py files and training instances as
          .jsonl; they can be dropped on this page.
        </EmptyState>
      ) : null}
    </>
  );
}
