import { SegmentedControl, Stack, Text, UnstyledButton } from "@mantine/core";
import { IconAlertTriangle, IconCheck, IconChevronRight, IconPencil, IconPlayerPause } from "@tabler/icons-react";
import { useId, useState } from "react";
import type { ReplyView } from "@/domain";
import { ErrorNotice } from "../components/error-notice.tsx";
import { formatMs } from "../components/format.ts";
import { formatNumber } from "./formats.ts";
import classes from "./pipeline.module.css";
import { replyName } from "./reply-names.ts";
import { ScrollRegion } from "./scroll-region.tsx";

function figuresOf({ reply }: ReplyView): string {
  if (reply === null) return "";
  const parts = [formatMs(reply.ms)];
  if (reply.usage?.outputTokens != null) parts.unshift(`${formatNumber(reply.usage.outputTokens)} tokens`);
  return parts.join(" · ");
}

function usageText({ reply }: ReplyView): string {
  if (reply === null) return "";
  const { usage, finishReason } = reply;
  const parts = [reply.model];
  if (usage?.inputTokens != null) parts.push(`${formatNumber(usage.inputTokens)} tokens in`);
  if (usage?.cachedInputTokens != null && usage.cachedInputTokens > 0) parts.push(`${formatNumber(usage.cachedInputTokens)} of them cached`);
  if (usage?.outputTokens != null) parts.push(`${formatNumber(usage.outputTokens)} out`);
  if (usage?.reasoningTokens != null && usage.reasoningTokens > 0) parts.push(`${formatNumber(usage.reasoningTokens)} of them reasoning`);
  parts.push(finishReason === "length" ? "cut off at the length limit" : `ended with “${finishReason}”`);
  return parts.join(" · ");
}

type Part = "reply" | "user" | "system";
const PART_LABEL: Record<Part, string> = { reply: "Reply", user: "Prompt", system: "System prompt" };

function ReplyDetail({ reply }: { reply: ReplyView }) {
  const texts: Record<Part, string | null> = {
    reply: reply.reply?.text ?? null,
    user: reply.request?.user ?? null,
    system: reply.request?.system ?? null,
  };
  const parts = (["reply", "user", "system"] as const).filter((part) => texts[part] !== null);
  const [chosen, setChosen] = useState<Part | null>(null);
  const shown = chosen !== null && texts[chosen] !== null ? chosen : (parts[0] ?? null);
  return (
    <Stack gap="xs" pb="sm" pl={24}>
      {reply.error !== null && <ErrorNotice error={reply.error} title="This reply failed" />}
      {reply.error?.retryable === true && (
        <Text size="sm">The same request can succeed later. Resume asks for this reply again; all others are kept.</Text>
      )}
      {reply.reply !== null && (
        <Text size="sm" c="dimmed">
          {usageText(reply)}
        </Text>
      )}
      {parts.length > 1 && shown !== null && (
        <SegmentedControl
          size="xs"
          aria-label="What to show"
          value={shown}
          onChange={(value) => setChosen(parts.find((part) => part === value) ?? null)}
          data={parts.map((part) => ({ value: part, label: PART_LABEL[part] }))}
          style={{ alignSelf: "flex-start" }}
        />
      )}
      {shown !== null && (
        <ScrollRegion className={classes.pre} label={`${PART_LABEL[shown]} of ${replyName(reply)}`}>
          {texts[shown]}
        </ScrollRegion>
      )}
      {reply.request !== null && (
        <Text size="xs" c="dimmed">
          Prompt version {reply.request.promptVersion}
        </Text>
      )}
    </Stack>
  );
}

/** `status` is passed beside `reply` because replies are updated in place. */
export function ReplyRow({ reply, status, active }: { reply: ReplyView; status: ReplyView["status"]; active: boolean }) {
  const [open, setOpen] = useState(false);
  const panel = useId();
  const waiting = active ? "writing" : "not received";
  const said = status === "pending" ? waiting : status === "failed" ? (reply.error?.code ?? "failed") : figuresOf(reply);
  return (
    <li className={classes.reply} data-status={status}>
      <UnstyledButton className={classes.replyButton ?? ""} aria-expanded={open} aria-controls={panel} onClick={() => setOpen(!open)}>
        <IconChevronRight size={16} aria-hidden className={classes.chevron ?? ""} data-open={open} />
        {status === "received" && <IconCheck size={16} className={classes.good ?? ""} aria-hidden />}
        {status === "failed" && <IconAlertTriangle size={16} className={classes.bad ?? ""} aria-hidden />}
        {status === "pending" &&
          (active ? <IconPencil size={16} className={classes.dim ?? ""} aria-hidden /> : <IconPlayerPause size={16} className={classes.dim ?? ""} aria-hidden />)}
        <Text component="span" size="sm" fw={550} className={classes.replyName ?? ""}>
          {replyName(reply)}
          {reply.candidate !== null && (
            <Text component="span" size="sm" c="dimmed" fw={400}>
              {" "}
              for candidate {reply.candidate + 1}
            </Text>
          )}
        </Text>
        <Text component="span" size="sm" className={status === "failed" ? (classes.bad ?? "") : (classes.dim ?? "")}>
          {said}
        </Text>
      </UnstyledButton>
      <div id={panel}>{open && <ReplyDetail reply={reply} />}</div>
    </li>
  );
}
