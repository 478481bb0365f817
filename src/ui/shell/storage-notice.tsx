import { Alert, Anchor, Button, Text } from "@mantine/core";
import { IconDatabaseExclamation, IconDatabaseOff, IconRefresh } from "@tabler/icons-react";
import { Link } from "wouter";
import type { SystemState } from "@/state";
import { useSystem } from "@/ui/stores";
import { formatBytes, paths } from "../text/index.ts";
import classes from "./shell.module.css";

const NEARLY_FULL = 0.85;

function InMemory({ trouble }: { trouble: NonNullable<SystemState["storageTrouble"]> }) {
  const { message, hint } = trouble.error;
  return (
    <Alert
      color="yellow"
      variant="light"
      icon={<IconDatabaseOff aria-hidden />}
      title="Nothing is saved: all you do here is gone when this tab is closed or reloaded"
      role="alert"
    >
      <Text size="sm" style={{ overflowWrap: "anywhere" }}>
        {message} Everything works in memory; export what you want to keep.
      </Text>
      <Text size="sm" mt={4}>
        {trouble.answered ? "By now the storage answers: a reload brings back what was saved before, and drops what was made since." : hint}
      </Text>
      {trouble.answered && (
        <Button
          size="xs"
          variant="default"
          mt="xs"
          leftSection={<IconRefresh size={14} aria-hidden />}
          onClick={() => window.location.reload()}
        >
          Reload the page
        </Button>
      )}
    </Alert>
  );
}

/** Says that nothing is saved, or, in time, that the browser's storage runs out, while everything can still be exported. */
export function StorageNotice() {
  const { usedBytes, quotaBytes } = useSystem((state) => state.storage);
  const trouble = useSystem((state) => state.storageTrouble);
  if (trouble !== null) {
    return (
      <aside className={classes.notice} aria-label="Storage">
        <InMemory trouble={trouble} />
      </aside>
    );
  }
  if (usedBytes === null || quotaBytes === null || quotaBytes === 0 || usedBytes / quotaBytes < NEARLY_FULL) return null;
  return (
    <aside className={classes.storage} aria-label="Storage">
      <IconDatabaseExclamation size={18} stroke={1.75} aria-hidden />
      <Text size="sm">
        {`The browser's storage is nearly full: ${formatBytes(usedBytes)} of ${formatBytes(quotaBytes)}. Export what you want to keep, and remove runs you no longer need. `}
        <Anchor component={Link} href={paths.settings} inherit underline="always">
          Storage in Settings
        </Anchor>
      </Text>
    </aside>
  );
}
