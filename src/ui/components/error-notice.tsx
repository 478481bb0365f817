import { Alert, Button, Code, Group, Text } from "@mantine/core";
import { IconAlertTriangle, IconRefresh } from "@tabler/icons-react";
import type { ReactNode } from "react";
import type { ErrorData } from "@/domain";
import { MissingPart } from "./missing-part.tsx";

/** An error as data: what happened, what to do, and a way to try again when that can help; `children`: other ways out. */
export function ErrorNotice({ error, title, onRetry, children }: { error: ErrorData; title?: string; onRetry?: () => void; children?: ReactNode }) {
  if (error.code === "missing-part") return <MissingPart />;
  return (
    <Alert color="red" variant="light" icon={<IconAlertTriangle aria-hidden />} title={title ?? "Something went wrong"} role="alert">
      <Text size="sm" style={{ overflowWrap: "anywhere", whiteSpace: "pre-wrap" }}>
        {error.message}
      </Text>
      {error.hint === undefined ? null : (
        <Text size="sm" mt={4}>
          {error.hint}
        </Text>
      )}
      <Group mt="xs" gap="sm">
        {onRetry === undefined ? null : (
          <Button size="xs" variant="default" leftSection={<IconRefresh size={14} aria-hidden />} onClick={onRetry}>
            Try again
          </Button>
        )}
        {children}
        <Code fz={11}>{error.code}</Code>
      </Group>
    </Alert>
  );
}
