import { Badge, Group, NativeSelect, Paper, Stack, Text, Title } from "@mantine/core";
import { useState } from "react";
import type { ReplyView, Waiting } from "@/domain";
import { formatCount, waitingText } from "../text/index.ts";
import { useRuns } from "@/ui/stores";
import { ReplyStream } from "./reply-stream.tsx";
import { ReplyRow } from "./reply-row.tsx";
import { replyName, streamKeyOf } from "./reply-names.ts";
import classes from "./pipeline.module.css";

/** The reply being written. The person may pin one of several; else the oldest one under way is shown. */
function LiveReply({ pending, waiting, now }: { pending: readonly ReplyView[]; waiting: Readonly<Record<string, Waiting>>; now: number }) {
  const [pinned, setPinned] = useState<string | null>(null);
  const shown = pending.find((reply) => streamKeyOf(reply) === pinned) ?? pending[0];
  const text = useRuns((state) => (shown === undefined ? "" : (state.streaming[streamKeyOf(shown)] ?? "")));
  const held = shown === undefined ? undefined : waiting[streamKeyOf(shown)];
  const placeholder = shown === undefined ? "No reply is being written at the moment." : "Waiting for the first words…";
  const figure = text === "" ? "" : formatCount(text.length, "character");
  return (
    <Stack gap={6}>
      <Group justify="space-between" gap="xs" mih={30}>
        {pending.length > 1 && shown !== undefined ? (
          <NativeSelect
            size="xs"
            aria-label="Reply to watch"
            value={streamKeyOf(shown)}
            onChange={(event) => setPinned(event.currentTarget.value)}
            data={pending.map((reply) => ({ value: streamKeyOf(reply), label: replyName(reply) }))}
          />
        ) : (
          <Text size="sm" fw={550}>
            {shown === undefined ? "Now" : replyName(shown)}
          </Text>
        )}
        <Text size="sm" c="dimmed" style={{ fontVariantNumeric: "tabular-nums" }}>
          {held === undefined ? figure : ""}
        </Text>
      </Group>
      <ReplyStream
        key={shown === undefined ? "none" : streamKeyOf(shown)}
        text={text === "" ? placeholder : text}
        notice={held === undefined ? null : waitingText(held, now)}
        label={shown === undefined ? "Reply text" : `${replyName(shown)}, as it is written`}
      />
    </Stack>
  );
}

export type ReplyPanelProps = { replies: readonly ReplyView[]; active: boolean; recorded: boolean; now: number };

/** Every request to the model. */
export function ReplyPanel({ replies, active, recorded, now }: ReplyPanelProps) {
  const waiting = useRuns((state) => state.waiting);
  const pending = replies.filter((reply) => reply.status === "pending");
  const failed = replies.filter((reply) => reply.status === "failed").length;
  return (
    <Paper withBorder p="md" component="section" aria-labelledby="replies-title" style={{ minWidth: 0 }}>
      <Stack gap="sm">
        <Group justify="space-between" gap="xs">
          <Title order={2} id="replies-title">
            Replies
          </Title>
          <Group gap={6}>
            {failed > 0 && <Badge color="red">{failed} failed</Badge>}
            <Badge color="gray">
              {replies.length - pending.length} of {replies.length}
            </Badge>
          </Group>
        </Group>
        {active && <LiveReply pending={pending} waiting={waiting} now={now} />}
        {replies.length === 0 ? (
          <Text size="sm" c="dimmed">
            Each request to the model is listed here with its prompt and its reply.
          </Text>
        ) : (
          <ul className={classes.replies}>
            {replies.map((reply) => (
              <ReplyRow
                key={streamKeyOf(reply)}
                reply={reply}
                active={active}
                recorded={recorded}
                waiting={waiting[streamKeyOf(reply)] ?? null}
                now={now}
              />
            ))}
          </ul>
        )}
      </Stack>
    </Paper>
  );
}
