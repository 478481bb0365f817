import { Alert, Button, Group, Text } from "@mantine/core";
import { IconAlertTriangle, IconRefresh } from "@tabler/icons-react";
import type { ReactNode } from "react";
import type { ErrorData } from "@/domain";
import { MissingPart } from "./missing-part.tsx";

/** What went wrong by no rule of ours has no hint of its own, and its text is the browser's. */
const UNEXPECTED = "The page did not expect this. Try again; if it comes back, reload the page.";

/** An error as data: what happened, what to do, and a way to try again when that can help; `children`: other ways out. */
export function ErrorNotice({
  error,
  title,
  onRetry,
  children,
}: {
  error: ErrorData;
  title?: string;
  onRetry?: () => void;
  children?: ReactNode;
}) {
  if (error.code === "missing-part") return <MissingPart />;
  const hint = error.hint ?? (error.code === "unexpected" ? UNEXPECTED : undefined);
  return (
    <Alert
      color="red"
      variant="light"
      icon={<IconAlertTriangle aria-hidden />}
      title={title ?? "Something went wrong"}
      role="alert"
      data-code={error.code}
    >
      <Text size="sm" style={{ overflowWrap: "anywhere", whiteSpace: "pre-wrap" }}>
        {error.message}
      </Text>
      {hint === undefined ? null : (
        <Text size="sm" mt={4}>
          {hint}
        </Text>
      )}
      <Group mt={onRetry === undefined && children == null ? 0 : "xs"} gap="sm">
        {onRetry === undefined ? null : (
          <Button size="xs" variant="default" leftSection={<IconRefresh size={14} aria-hidden />} onClick={onRetry}>
            Try again
          </Button>
        )}
        {children}
      </Group>
    </Alert>
  );
}
