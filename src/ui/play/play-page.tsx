import { Button, Skeleton, Stack, Title } from "@mantine/core";
import { IconPuzzleOff } from "@tabler/icons-react";
import { Link, useLocation } from "wouter";
import { EmptyState, ErrorNotice } from "../components/index.ts";
import { paths } from "../text/index.ts";
import { useLibrary } from "@/ui/stores";
import { EnvironmentChooser } from "./environment-chooser.tsx";
import { PlayEnvironment } from "./play-environment.tsx";

const PREFIX = `${paths.play}/`;

/** `/play` and `/play/:environmentId`. The id is the rest of the path: it may hold any character. */
export function PlayPage() {
  const [path] = useLocation();
  const load = useLibrary((state) => state.load);
  const environments = useLibrary((state) => state.environments);
  const id = path.startsWith(PREFIX) ? path.slice(PREFIX.length) : "";
  const environment = environments.find((item) => item.id === id);

  if (load.status === "loading" && environment === undefined) {
    return (
      <Stack gap="md" aria-busy>
        <Title order={1}>Play</Title>
        <Skeleton height={90} />
        <Skeleton height={300} />
      </Stack>
    );
  }
  if (load.status === "failed") {
    return (
      <Stack gap="md">
        <Title order={1}>Play</Title>
        <ErrorNotice error={load.error} title="Environments could not be read" />
      </Stack>
    );
  }
  if (id === "") return <EnvironmentChooser environments={environments} />;
  if (environment !== undefined) return <PlayEnvironment key={environment.id} environment={environment} />;
  return (
    <Stack gap="md">
      <Title order={1}>Play</Title>
      <EmptyState
        icon={<IconPuzzleOff size={24} stroke={1.5} />}
        title="This environment is not here"
        action={
          <Button component={Link} href={paths.play}>
            Choose another
          </Button>
        }
      >
        It may have been removed, or it lives in another browser. Import its file to play it here.
      </EmptyState>
    </Stack>
  );
}
