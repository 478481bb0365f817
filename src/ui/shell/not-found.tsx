import { Button, Stack, Text, Title } from "@mantine/core";
import { Link, useLocation } from "wouter";
import { paths } from "../text/index.ts";

export function NotFound() {
  const [path] = useLocation();
  return (
    <Stack align="flex-start" gap="md" py="xl" maw={560}>
      <Title order={1}>There is no such page</Title>
      <Text c="dimmed" style={{ overflowWrap: "anywhere" }}>
        The address ends in <code>{path.length > 200 ? `${path.slice(0, 200)}…` : path}</code>, which leads nowhere here. The link may be
        cut off, or from another version.
      </Text>
      <Button component={Link} href={paths.problems}>
        Go to the problems
      </Button>
    </Stack>
  );
}
