import { Alert, Button, Group, Radio, Stack, Table, Text } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useEffect, useState } from "react";
import { type ErrorData, errorData, isAbort } from "@/domain";
import type { DuplicatePolicy, ImportChange, ImportChoice, ImportFault, ParsedImport } from "@/state";
import { useLibrary } from "@/ui/stores";
import { ErrorNotice } from "../error-notice.tsx";
import { formatCount } from "../../text/index.ts";
import { ImportItems } from "./import-items.tsx";
import classes from "./importing.module.css";

const MAX_ROWS = 100;
const MAX_NAMES = 5;

function Places({ title, label, what, faults }: { title: string; label: string; what: string; faults: readonly ImportFault[] }) {
  if (faults.length === 0) return null;
  return (
    <div>
      <Text size="sm" fw={600} mb={4}>
        {title}
      </Text>
      <Table.ScrollContainer minWidth={420} maxHeight={240} scrollAreaProps={{ viewportProps: { tabIndex: 0, "aria-label": label } }}>
        <Table fz="xs" verticalSpacing={4} withTableBorder stickyHeader>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>File</Table.Th>
              <Table.Th>Line</Table.Th>
              <Table.Th>{what}</Table.Th>
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
      {faults.length > MAX_ROWS ? (
        <Text size="xs" c="dimmed">{`${(faults.length - MAX_ROWS).toLocaleString("en")} more are not listed.`}</Text>
      ) : null}
    </div>
  );
}

/** What would be done, for the choice as it is; null while that is found out. */
function usePreview(parsed: ParsedImport, choice: ImportChoice): { changes: readonly ImportChange[] | null; error: ErrorData | null } {
  const previewImport = useLibrary((state) => state.previewImport);
  const [preview, setPreview] = useState<{ changes: readonly ImportChange[] | null; error: ErrorData | null }>({
    changes: null,
    error: null,
  });
  const { policy, without } = choice;
  useEffect(() => {
    const abort = new AbortController();
    previewImport(parsed, { policy, ...(without === undefined ? {} : { without }) }, abort.signal).then(
      (changes) => abort.signal.aborted || setPreview({ changes, error: null }),
      (error: unknown) => isAbort(error) || setPreview({ changes: null, error: errorData(error) }),
    );
    return () => abort.abort();
  }, [previewImport, parsed, policy, without]);
  return preview;
}

/** Verification is work: what loses it is named before anything is done. */
function Unverified({ changes }: { changes: readonly ImportChange[] }) {
  const names = [...new Set(changes.filter(({ unverifies }) => unverifies).map(({ target }) => target?.id ?? ""))];
  if (names.length === 0) return null;
  const rest = names.length - MAX_NAMES;
  return (
    <Alert
      color="orange"
      variant="light"
      icon={<IconAlertTriangle aria-hidden />}
      title={`${formatCount(names.length, "verified environment")} would have to be verified again`}
    >
      <Text size="sm" className={classes.message}>
        {`${names.slice(0, MAX_NAMES).join(", ")}${rest > 0 ? ` and ${formatCount(rest, "other")}` : ""}. Clear an item's box to leave what is here as it is.`}
      </Text>
    </Alert>
  );
}

/** What an import would do, item by item, what could not be read, and what to do with things that are already here. */
export function ImportReview({
  parsed,
  busy,
  onApply,
  onClose,
}: {
  parsed: ParsedImport;
  busy: boolean;
  onApply: (choice: ImportChoice) => void;
  onClose: () => void;
}) {
  const [policy, setPolicy] = useState<DuplicatePolicy>("skip");
  const [without, setWithout] = useState<ReadonlySet<string>>(new Set());
  const { changes, error } = usePreview(parsed, { policy, without });
  const { problems, environments, faults, notes } = parsed;
  const tasks = environments.reduce((sum, environment) => sum + environment.tasks.length, 0);
  const total = problems.length + environments.length;
  const asked = changes?.filter((change) => change.asked).length ?? 0;
  return (
    <Stack gap="md">
      <Text size="sm">
        {total === 0
          ? "Nothing that can be imported was found."
          : `Found ${[
              problems.length > 0 ? formatCount(problems.length, "problem") : "",
              environments.length > 0
                ? `${formatCount(environments.length, "environment")}${tasks > 0 ? ` with ${formatCount(tasks, "task")}` : ""}`
                : "",
            ]
              .filter((part) => part !== "")
              .join(" and ")}.${environments.length > 0 ? " Environments stay unverified until they are verified here." : ""}`}
      </Text>
      {changes === null || total === 0 ? null : <ImportItems changes={changes} without={without} onWithout={setWithout} />}
      {changes === null ? null : <Unverified changes={changes} />}
      {error === null ? null : <ErrorNotice error={error} title="The import could not be planned" />}
      <Places
        title={`${formatCount(faults.length, "place")} could not be read; the rest can be imported`}
        label="Faults"
        what="What is wrong"
        faults={faults}
      />
      <Places
        title={`${formatCount(notes.length, "thing")} changed on the way in`}
        label="Changes"
        what="What was changed"
        faults={notes}
      />
      {asked === 0 && policy === "skip" ? null : (
        <Radio.Group
          label={`${formatCount(asked, "name")} already here`}
          value={policy}
          onChange={(value) => setPolicy(value === "replace" || value === "keep-both" ? value : "skip")}
        >
          <Group gap="md" mt={6}>
            <Radio value="skip" label="Skip them" />
            <Radio value="replace" label="Replace what is here" />
            <Radio value="keep-both" label="Keep both" />
          </Group>
        </Radio.Group>
      )}
      <Group justify="flex-end" gap="sm">
        <Button variant="default" onClick={onClose} disabled={busy}>
          {total === 0 ? "Close" : "Cancel"}
        </Button>
        {total === 0 ? null : (
          <Button
            onClick={() => onApply({ policy, without })}
            loading={busy}
            disabled={changes === null || without.size === total}
            data-autofocus
          >
            Import
          </Button>
        )}
      </Group>
    </Stack>
  );
}
