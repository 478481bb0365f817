import { Anchor, Badge, Button, Group, Skeleton, Stack, Text, Title } from "@mantine/core";
import { IconExternalLink } from "@tabler/icons-react";
import { useEffect, useRef } from "react";
import { useParams } from "wouter";
import { ErrorNotice } from "../components/index.ts";
import { paths } from "../text/index.ts";
import { SharedPlayer } from "./shared-player.tsx";
import classes from "./share.module.css";
import { useReportedHeight } from "./use-reported-height.ts";
import { useShared } from "./use-shared.ts";

/** A frame that grows with each round would push the page around it down for ever. */
const PAGE = 8;

/**
 * `/embed/:payload`, for a frame in a course page: player and timeline alone. The frame may have its storage denied or
 * apart from the playground's own: nothing here is read from it or written to it.
 */
export function EmbedPage() {
  const { payload = "" } = useParams<{ payload: string }>();
  const { reading, stop, again } = useShared(payload);
  const name = reading.kind === "read" ? reading.shared.environment.className : "CodeGym Playground";
  const main = useRef<HTMLElement>(null);
  useEffect(() => {
    document.title = name;
  }, [name]);
  useReportedHeight(main);
  return (
    <main ref={main} className={classes.embed}>
      <Stack gap="md">
        <Group justify="space-between" gap="xs">
          <Group gap="sm">
            <Title order={1} size="h2" style={{ overflowWrap: "anywhere" }}>
              {name}
            </Title>
            {reading.kind === "read" && (
              <Badge color="yellow" variant="light">
                Not verified here
              </Badge>
            )}
          </Group>
          <Anchor href={`#${paths.shared(payload)}`} target="_blank" rel="noopener" size="sm" underline="always">
            Open in the playground <IconExternalLink size={13} aria-hidden style={{ verticalAlign: "-2px" }} />
          </Anchor>
        </Group>
        {reading.kind === "reading" && (
          <>
            <Text component="output" size="sm">
              Reading the link
            </Text>
            <Skeleton height={240} />
            <Button size="xs" variant="default" style={{ alignSelf: "flex-start" }} onClick={stop}>
              Stop
            </Button>
          </>
        )}
        {reading.kind === "stopped" && (
          <Button variant="default" style={{ alignSelf: "flex-start" }} onClick={again}>
            Read the link
          </Button>
        )}
        {reading.kind === "failed" && <ErrorNotice error={reading.error} title="This link cannot be opened" />}
        {reading.kind === "read" && <SharedPlayer key={payload} shared={reading.shared} page={PAGE} />}
      </Stack>
    </main>
  );
}
