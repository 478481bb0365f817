import { Anchor, Button, Group, Loader, Modal, Stack, Text, Textarea } from "@mantine/core";
import { IconCheck, IconCopy, IconDownload, IconShare } from "@tabler/icons-react";
import { useEffect, useState } from "react";
import { Link } from "wouter";
import { type ErrorData, errorData } from "@/domain";
import type { ShareLink, ShareWish } from "@/state";
import { useLibrary, usePlay, useShare } from "@/ui/stores";
import { CopyText } from "../copy-text.tsx";
import { saveDownload } from "../download.ts";
import { ErrorNotice } from "../error-notice.tsx";
import { paths } from "../../text/index.ts";
import { useAction } from "../use-action.ts";
import { addressOf, adviceText, embedSnippet } from "./embed-snippet.ts";

type Made = { link: ShareLink } | { error: ErrorData } | null;

/** The link, once it is made; the same wish makes it once. */
function useLink({ environmentId, config, episodeId }: ShareWish): Made {
  const make = useShare((state) => state.link);
  const [made, setMade] = useState<Made>(null);
  useEffect(() => {
    let current = true;
    make({ environmentId, config, episodeId }).then(
      (link) => current && setMade({ link }),
      (error: unknown) => current && setMade({ error: errorData(error) }),
    );
    return () => {
      current = false;
    };
  }, [make, environmentId, config, episodeId]);
  return made;
}

function Copyable({ label, text, note, copy }: { label: string; text: string; note: string; copy: string }) {
  return (
    <Stack gap={6}>
      <Textarea
        label={label}
        description={note}
        value={text}
        readOnly
        rows={3}
        spellCheck={false}
        onFocus={(event) => event.currentTarget.select()}
        styles={{ input: { fontFamily: "var(--mantine-font-family-monospace)", fontSize: 12, wordBreak: "break-all" } }}
      />
      <CopyText value={text}>
        {({ state, copy: take }) => (
          <Button
            size="xs"
            variant="default"
            style={{ alignSelf: "flex-start" }}
            leftSection={state === "copied" ? <IconCheck size={14} aria-hidden /> : <IconCopy size={14} aria-hidden />}
            onClick={take}
          >
            {{ idle: copy, copied: "Copied", refused: "Not allowed here: select the text and copy it" }[state]}
          </Button>
        )}
      </CopyText>
    </Stack>
  );
}

function Files({ wish }: { wish: ShareWish }) {
  const file = useShare((state) => state.file);
  const exportTrace = usePlay((state) => state.exportTrace);
  const action = useAction();
  const { episodeId } = wish;
  return (
    <Stack gap={6}>
      <Text size="sm" fw={500}>
        As a file
      </Text>
      <Text size="xs" c="dimmed">
        The shared file holds the same as the link and opens under{" "}
        <Anchor component={Link} href={paths.open} inherit underline="always">
          Open a shared file
        </Anchor>
        .{episodeId === null ? "" : " The page shows the episode by itself, without a network."}
      </Text>
      <Group gap="xs">
        <Button
          size="xs"
          variant="default"
          leftSection={<IconDownload size={14} aria-hidden />}
          onClick={() => action.run(async () => saveDownload(await file(wish)))}
        >
          Shared file (.json)
        </Button>
        {episodeId !== null && (
          <Button
            size="xs"
            variant="default"
            leftSection={<IconDownload size={14} aria-hidden />}
            onClick={() => action.run(async () => saveDownload(await exportTrace(episodeId, "page")))}
          >
            Page by itself (.html)
          </Button>
        )}
      </Group>
      {action.error !== null && <ErrorNotice error={action.error} title="It could not be saved" />}
    </Stack>
  );
}

function ShareDialog({ wish }: { wish: ShareWish }) {
  const made = useLink(wish);
  const advice = useShare((state) => state.advice);
  const className = useLibrary((state) => state.environments.find((item) => item.id === wish.environmentId)?.className ?? "An environment");
  if (made === null) {
    return (
      <Group gap="sm">
        <Loader size="sm" aria-hidden />
        <Text component="output" size="sm">
          Making the link
        </Text>
      </Group>
    );
  }
  if ("error" in made) return <ErrorNotice error={made.error} title="It cannot be shared" />;
  const { payload, slim } = made.link;
  const link = addressOf(paths.shared(payload), window.location.href);
  const how = advice(link.length);
  return (
    <Stack gap="md">
      <Text size="sm">
        The link holds{" "}
        {wish.episodeId === null ? "the environment and the configuration" : "the environment, the configuration and this episode"}. All of
        it lies behind the “#”, which no browser sends to a host. Whoever opens it sees it marked as not verified.
      </Text>
      <Copyable label="Link" text={link} note={adviceText(link.length, how)} copy="Copy the link" />
      {slim && (
        <Text size="xs" c="dimmed">
          Hidden states and thinking are left out of the link for its length; the file has them.
        </Text>
      )}
      <Copyable
        label="For a course page"
        text={embedSnippet(addressOf(paths.embed(payload), window.location.href), className)}
        note="HTML of a frame that shows player and timeline only, and a script that gives it the height of its content. Python starts when a visitor presses something."
        copy="Copy the frame"
      />
      <Files wish={wish} />
    </Stack>
  );
}

/** Opens a dialog with the link, the frame and the file of an environment and a configuration, or of an episode. */
export function ShareButton({ wish, label, prominent = false }: { wish: ShareWish; label: string; prominent?: boolean }) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button
        {...(prominent ? { variant: "default" } : { variant: "subtle", size: "compact-sm" })}
        leftSection={<IconShare size={prominent ? 16 : 14} aria-hidden />}
        onClick={() => setOpen(true)}
      >
        {label}
      </Button>
      <Modal
        opened={open}
        onClose={() => setOpen(false)}
        title={wish.episodeId === null ? "Share this environment and task" : "Share this episode"}
        size="lg"
      >
        <ShareDialog wish={wish} />
      </Modal>
    </>
  );
}
