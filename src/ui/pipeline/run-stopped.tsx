import { Alert, Button, Text } from "@mantine/core";
import { IconCoins, IconSettings } from "@tabler/icons-react";
import { Link } from "wouter";
import type { ErrorData } from "@/domain";
import { ErrorNotice } from "../components/index.ts";
import { paths } from "../text/index.ts";

/** Errors that end when the profile is put right. */
const OF_THE_MODEL: ReadonlySet<string> = new Set([
  "unauthorized",
  "forbidden",
  "no-credit",
  "no-such-model",
  "not-found",
  "unreachable",
  "bad-request",
  "not-a-reply",
  "rate-limited",
  "server-error",
  "timeout",
]);

/** Why the run stopped, and the way to where that is put right. */
export function RunStopped({ error, onResume }: { error: ErrorData; onResume: () => void }) {
  if (error.code === "cap-reached") {
    return (
      <Alert color="yellow" icon={<IconCoins aria-hidden />} title="The run stopped at your cap" role="alert">
        <Text size="sm">{error.message}</Text>
        <Text size="sm" mt={4}>
          {error.hint ?? "Raise the cap in Settings and press Resume."} All replies so far are kept.
        </Text>
        <Button
          component={Link}
          href={paths.settingsSection("money")}
          size="xs"
          variant="default"
          mt="xs"
          leftSection={<IconCoins size={14} aria-hidden />}
        >
          Settings, Money
        </Button>
      </Alert>
    );
  }
  return (
    <ErrorNotice title="The run stopped" error={error} onRetry={onResume}>
      {OF_THE_MODEL.has(error.code) ? (
        <Button
          component={Link}
          href={paths.settingsSection("model")}
          size="xs"
          variant="default"
          leftSection={<IconSettings size={14} aria-hidden />}
        >
          Model settings
        </Button>
      ) : null}
    </ErrorNotice>
  );
}
