import { Alert, Button, Group, type MantineSpacing, Stack, Text } from "@mantine/core";
import { IconAlertTriangle, IconDownload } from "@tabler/icons-react";
import type { UnreadableRecord } from "@/state";
import { useLibrary } from "@/ui/stores";
import { ConfirmButton } from "./confirm-button.tsx";
import { saveDownload } from "./download.ts";
import { ErrorNotice } from "./error-notice.tsx";
import { formatCount } from "../text/index.ts";
import { useAction } from "./use-action.ts";

/** More are named on no page: whoever has so many erases or exports them from the first ones on. */
const SHOWN = 20;

function Row({ record }: { record: UnreadableRecord }) {
  const exportUnreadable = useLibrary((state) => state.exportUnreadable);
  const removeUnreadable = useLibrary((state) => state.removeUnreadable);
  const action = useAction();
  return (
    <li style={{ listStyle: "none" }}>
      <Group justify="space-between" gap="xs" wrap="wrap" align="flex-start">
        <div style={{ minWidth: 0, flex: "1 1 260px" }}>
          <Text size="sm" fw={600} style={{ overflowWrap: "anywhere" }}>{`${record.kind} “${record.id}”`}</Text>
          <Text size="xs" c="dimmed" style={{ overflowWrap: "anywhere" }}>
            {record.error.message}
          </Text>
        </div>
        <Group gap="xs">
          <Button
            size="xs"
            variant="default"
            leftSection={<IconDownload size={14} aria-hidden />}
            aria-label={`Export raw: ${record.kind} ${record.id}`}
            loading={action.busy}
            onClick={() => action.run(async () => saveDownload(await exportUnreadable(record)))}
          >
            Export raw
          </Button>
          {record.error.code === "newer-version" ? null : (
            <ConfirmButton
              size="xs"
              aria-label={`Delete: ${record.kind} ${record.id}`}
              title="Delete this record?"
              question="It cannot be read, and is removed from this device for good. Export it first if it may hold something you need."
              confirm="Delete"
              onConfirm={() => removeUnreadable(record)}
            >
              Delete
            </ConfirmButton>
          )}
        </Group>
      </Group>
      {action.error === null ? null : <ErrorNotice error={action.error} title="The export failed" />}
    </li>
  );
}

/** What is stored and cannot be read: by id, with its two ways out. `kinds`: only these; nothing where there is none. */
export function UnreadableRecords({ kinds, mb }: { kinds?: readonly string[]; mb?: MantineSpacing }) {
  const all = useLibrary((state) => state.unreadable);
  const records = kinds === undefined ? all : all.filter(({ kind }) => kinds.includes(kind));
  if (records.length === 0) return null;
  const rest = records.length - SHOWN;
  return (
    <Alert
      color="orange"
      variant="light"
      {...(mb === undefined ? {} : { mb })}
      icon={<IconAlertTriangle aria-hidden />}
      title={`${formatCount(records.length, "saved record")} cannot be read`}
    >
      <Stack component="ul" gap="sm" m={0} p={0} aria-label="Unreadable records">
        {records.slice(0, SHOWN).map((record) => (
          <Row key={JSON.stringify([record.table, record.key])} record={record} />
        ))}
      </Stack>
      {rest > 0 ? <Text size="xs" mt="xs">{`and ${formatCount(rest, "other")}, which are listed once these are gone.`}</Text> : null}
    </Alert>
  );
}
