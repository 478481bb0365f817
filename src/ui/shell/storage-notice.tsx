import { Anchor, Text } from "@mantine/core";
import { IconDatabaseExclamation } from "@tabler/icons-react";
import { Link } from "wouter";
import { useSystem } from "@/ui/stores";
import { formatBytes, paths } from "../components/index.ts";
import classes from "./shell.module.css";

const NEARLY_FULL = 0.85;

/** Says in time that the browser's storage runs out, while everything can still be exported. */
export function StorageNotice() {
  const { usedBytes, quotaBytes } = useSystem((state) => state.storage);
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
