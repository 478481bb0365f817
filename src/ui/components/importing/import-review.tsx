import { Button, Group, List, Radio, Stack, Table, Text } from "@mantine/core";
import { useState } from "react";
import type { DuplicatePolicy, ImportFault, ImportPlan } from "@/state";
import { formatCount } from "../format.ts";
import classes from "./importing.module.css";

const MAX_ROWS = 100;
const MAX_NAMES = 8;

function Names({ title, names }: { title: string; names: readonly string[] }) {
  if (names.length === 0) return null;
  const rest = names.length - MAX_NAMES;
  return (
    <div>
      <Text size="sm" fw={600}>
        {title}
      </Text>
      <List size="sm" className={classes.names}>
        {names.slice(0, MAX_NAMES).map((name, index) => (
          // oxlint-disable-next-line react/no-array-index-key
          <List.Item key={index}>{name}</List.Item>
        ))}
        {rest > 0 ? <List.Item c="dimmed">{`and ${rest.toLocaleString("en")} more`}</List.Item> : null}
      </List>
    </div>
  );
}

function Faults({ faults }: { faults: readonly ImportFault[] }) {
  if (faults.length === 0) return null;
  return (
    <div>
      <Text size="sm" fw={600} mb={4}>
        {`${formatCount(faults.length, "place")} could not be read; the rest can be imported`}
      </Text>
      <Table.ScrollContainer minWidth={420} maxHeight={240} scrollAreaProps={{ viewportProps: { tabIndex: 0, "aria-label": "Faults" } }}>
        <Table fz="xs" verticalSpacing={4} withTableBorder stickyHeader>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>File</Table.Th>
              <Table.Th>Line</Table.Th>
              <Table.Th>What is wrong</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {faults.slice(0, MAX_ROWS).map((fault, index) => (
              // oxlint-disable-next-line react/no-array-index-key
              <Table.Tr key={index}>
                <Table.Td className={classes.file}>{fault.file}</Table.Td>
                <Table.Td>{fault.line ?? "–"}</Table.Td>
                <Table.Td className={classes.message}>{fault.message}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      {faults.length > MAX_ROWS ? <Text size="xs" c="dimmed">{`${(faults.length - MAX_ROWS).toLocaleString("en")} more are not listed.`}</Text> : null}
    </div>
  );
}

/** What an import would do, what could not be read, and what to do with things that are already here. */
export function ImportReview({
  plan,
  busy,
  onApply,
  onClose,
}: {
  plan: ImportPlan;
  busy: boolean;
  onApply: (policy: DuplicatePolicy) => void;
  onClose: () => void;
}) {
  const [policy, setPolicy] = useState<DuplicatePolicy>("skip");
  const { problems, environments, faults, duplicates } = plan;
  const tasks = environments.reduce((sum, environment) => sum + environment.tasks.length, 0);
  const total = problems.length + environments.length;
  return (
    <Stack gap="md">
      <Text size="sm">
        {total === 0
          ? "Nothing that can be imported was found."
          : `Found ${[
              problems.length > 0 ? formatCount(problems.length, "problem") : "",
              environments.length > 0 ? `${formatCount(environments.length, "environment")} with ${formatCount(tasks, "task")}` : "",
            ]
              .filter((part) => part !== "")
              .join(" and ")}. Environments stay unverified until they are verified here.`}
      </Text>
      <Names title="Problems" names={problems.map((problem) => problem.title)} />
      <Names title="Environments" names={environments.map((environment) => `${environment.className}, ${formatCount(environment.tasks.length, "task")}${environment.source === "" ? ", without its .py" : ""}`)} />
      <Faults faults={faults} />
      {duplicates.length === 0 ? null : (
        <Stack gap="xs">
          <Names title={`${formatCount(duplicates.length, "name")} already here`} names={duplicates.map((item) => `${item.name} (${item.kind})`)} />
          <Radio.Group label="For these" value={policy} onChange={(value) => setPolicy(value === "replace" || value === "keep-both" ? value : "skip")}>
            <Group gap="md" mt={6}>
              <Radio value="skip" label="Skip them" />
              <Radio value="replace" label="Replace what is here" />
              <Radio value="keep-both" label="Keep both" />
            </Group>
          </Radio.Group>
        </Stack>
      )}
      <Group justify="flex-end" gap="sm">
        <Button variant="default" onClick={onClose} disabled={busy}>
          {total === 0 ? "Close" : "Cancel"}
        </Button>
        {total === 0 ? null : (
          <Button onClick={() => onApply(policy)} loading={busy} data-autofocus>
            Import
          </Button>
        )}
      </Group>
    </Stack>
  );
}
