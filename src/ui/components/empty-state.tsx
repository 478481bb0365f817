import { Stack, Text, ThemeIcon, Title } from "@mantine/core";
import type { ReactNode } from "react";
import classes from "./empty-state.module.css";

/** Says that there is nothing yet and what to do next. */
export function EmptyState({
  icon,
  title,
  children,
  action,
}: {
  icon?: ReactNode;
  title: string;
  children: ReactNode;
  action?: ReactNode;
}) {
  return (
    <div className={classes.box}>
      <Stack align="center" gap="xs" maw={460} mx="auto">
        {icon === undefined ? null : (
          <ThemeIcon variant="light" size={60} radius="xl" mb={4} aria-hidden>
            {icon}
          </ThemeIcon>
        )}
        <Title order={2} ta="center">
          {title}
        </Title>
        <Text component="div" size="sm" c="dimmed" ta="center">
          {children}
        </Text>
        {action === undefined ? null : <div className={classes.action}>{action}</div>}
      </Stack>
    </div>
  );
}
