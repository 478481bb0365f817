import { Button, Checkbox, Group, NumberInput, SegmentedControl, Stack, Text } from "@mantine/core";
import { useDeferredValue, useState } from "react";
import type { Environment, EnvironmentId } from "@/domain";
import { formatCount, formatRange } from "../../text/index.ts";
import { SearchField, VirtualList } from "../../components/index.ts";
import shared from "../evaluate.module.css";
import classes from "./environment-picker.module.css";
import { numberOf } from "./number-of.ts";
import type { Draft } from "./plan.ts";

type Props = { environments: readonly Environment[]; draft: Draft; onChange: (part: Partial<Draft>) => void };

function matches({ className, codeId, taskText }: Environment, search: string): boolean {
  const text = `${className}\n${codeId}\n${taskText}`.toLowerCase();
  return search
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}

/** Which environments, and which of their tasks. */
export function EnvironmentPicker({ environments, draft, onChange }: Props) {
  const [search, setSearch] = useState("");
  const query = useDeferredValue(search);
  const shown = environments.filter((environment) => matches(environment, query));
  const set = (ids: Iterable<EnvironmentId>): void => onChange({ environments: new Set(ids) });
  const toggle = (id: EnvironmentId, on: boolean): void =>
    set(on ? [...draft.environments, id] : [...draft.environments].filter((other) => other !== id));
  return (
    <Stack gap="sm">
      <Group gap="sm">
        <SearchField label="Search verified environments" value={search} onChange={setSearch} />
        <Button size="xs" variant="default" onClick={() => set([...draft.environments, ...shown.map(({ id }) => id)])}>
          {query === "" ? "All" : "All found"}
        </Button>
        <Button size="xs" variant="default" onClick={() => set([])}>
          None
        </Button>
        <Text size="sm" c="dimmed" component="output">
          {`${draft.environments.size.toLocaleString("en")} of ${environments.length.toLocaleString("en")} chosen`}
        </Text>
      </Group>
      {shown.length === 0 ? (
        <Text size="sm" c="dimmed">
          None matches.
        </Text>
      ) : (
        <div className={classes.pickList}>
          <VirtualList items={shown} keyOf={({ id }) => id} rowHeight={46} label="Verified environments">
            {({ id, className, codeId, tasks }) => (
              <Checkbox
                className={classes.pick ?? ""}
                checked={draft.environments.has(id)}
                onChange={(event) => toggle(id, event.currentTarget.checked)}
                label={
                  <>
                    <b>{className}</b> <span className={shared.dim}>{codeId}</span>
                    <span
                      className={classes.pickFacts}
                    >{`${formatCount(tasks.length, "task")}, ${tasks.filter(({ kept }) => kept).length} kept, ${formatRange(tasks.map(({ rounds }) => rounds))} rounds`}</span>
                  </>
                }
              />
            )}
          </VirtualList>
        </div>
      )}
      <Group gap="md" align="flex-end">
        <div>
          <Text size="sm" fw={500} mb={4} id="which-tasks">
            Tasks
          </Text>
          <SegmentedControl
            size="xs"
            aria-labelledby="which-tasks"
            value={draft.tasks}
            onChange={(value) => onChange({ tasks: value === "all" ? "all" : "kept" })}
            data={[
              { value: "kept", label: "Kept ones" },
              { value: "all", label: "All" },
            ]}
          />
        </div>
        <Checkbox
          label="Only a sample of each environment"
          checked={draft.sample !== null}
          onChange={(event) => onChange({ sample: event.currentTarget.checked ? 5 : null })}
          mb={6}
        />
        {draft.sample === null ? null : (
          <NumberInput
            size="xs"
            w={110}
            label="Tasks of each"
            min={1}
            max={10_000}
            allowDecimal={false}
            value={draft.sample}
            onChange={(value) => onChange({ sample: numberOf(value) ?? 1 })}
          />
        )}
      </Group>
    </Stack>
  );
}
