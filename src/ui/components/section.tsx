import { Group, Paper, Text, Title } from "@mantine/core";
import { type ReactNode, useId } from "react";
import { PanelBoundary } from "./panel-boundary.tsx";

/** A titled card. */
export function Section({
  title,
  note,
  aside,
  id,
  children,
}: {
  title: string;
  note?: ReactNode;
  aside?: ReactNode;
  id?: string;
  children: ReactNode;
}) {
  const generated = useId();
  const heading = `${id ?? generated}-title`;
  return (
    <Paper
      component="section"
      withBorder
      p={{ base: "md", sm: "lg" }}
      aria-labelledby={heading}
      {...(id === undefined ? {} : { id })}
      style={{ minWidth: 0, scrollMarginTop: 72 }}
    >
      <Group justify="space-between" align="flex-start" mb="md" gap="sm">
        <div style={{ flex: "1 1 240px" }}>
          <Title order={2} id={heading}>
            {title}
          </Title>
          {note === undefined ? null : (
            <Text size="sm" c="dimmed" mt={2} maw={640}>
              {note}
            </Text>
          )}
        </div>
        {aside}
      </Group>
      <PanelBoundary title="This part could not be shown">{children}</PanelBoundary>
    </Paper>
  );
}
