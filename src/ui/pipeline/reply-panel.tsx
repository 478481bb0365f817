import { Badge, Group, NativeSelect, Paper, Stack, Text, Title } from "@mantine/core";
import { useState } from "react";
import type { ReplyView } from "@/domain";
import { formatCount } from "../components/format.ts";
import { useRuns } from "../stores.tsx";
import { formatNumber } from "./formats.ts";
import { ReplyStream } from "./reply-stream.tsx";
import { ReplyRow } from "./reply-row.tsx";
import { replyName, streamKeyOf } from "./reply-names.ts";
import classes from "./pipeline.module.css";

/** The reply being written. The person may pin one of several; else the oldest one under way is shown. */
function LiveReply({ pending }: { pending: readonly ReplyView[] }) {
  const [pinned, setPinned] = useState<string | null>(null);
  const shown = pending.find((reply) => streamKeyOf(reply) === pinned) ?? pending[0];
  const text = useRuns((state) => (shown === undefined ? "" : (state.streaming[streamKeyOf(shown)] ?? "")));
  const placeholder = shown === undefined ? "No reply is being written at the moment." : "Waiting for the first words…";
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
          {text === "" ? "" : formatCount(text.length, "character")}
        </Text>
      </Group>
      <ReplyStream
        key={shown === undefined ? "none" : streamKeyOf(shown)}
        text={text === "" ? placeholder : text}
        label={shown === undefined ? "Reply text" : `${replyName(shown)}, as it is written`}
      />
    </Stack>
  );
}

function totalTokens(replies: readonly ReplyView[]): { input: number; output: number } {
  let input = 0;
  let output = 0;
  for (const { reply } of replies) {
    input += reply?.usage?.inputTokens ?? 0;
    output += reply?.usage?.outputTokens ?? 0;
  }
  return { input, output };
}

/** Every request to the model. `version` changes when `replies` has: the list is grown in place. */
export function ReplyPanel({ replies, active }: { replies: readonly ReplyView[]; active: boolean; version: number }) {
  const pending = replies.filter((reply) => reply.status === "pending");
  const failed = replies.filter((reply) => reply.status === "failed").length;
  const tokens = totalTokens(replies);
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
        {active && <LiveReply pending={pending} />}
        {replies.length === 0 ? (
          <Text size="sm" c="dimmed">
            Each request to the model is listed here with its prompt and its reply.
          </Text>
        ) : (
          <ul className={classes.replies}>
            {replies.map((reply) => (
              <ReplyRow key={`${streamKeyOf(reply)}`} reply={reply} status={reply.status} active={active} />
            ))}
          </ul>
        )}
        {tokens.output > 0 && (
          <Text size="sm" c="dimmed">
            {formatNumber(tokens.input)} tokens in, {formatNumber(tokens.output)} out
          </Text>
        )}
      </Stack>
    </Paper>
  );
}
