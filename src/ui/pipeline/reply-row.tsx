import { Badge, Text, UnstyledButton } from "@mantine/core";
import {
  IconAlertTriangle,
  IconCheck,
  IconChevronRight,
  IconHourglass,
  IconPencil,
  IconPlayerPause,
  type TablerIcon,
} from "@tabler/icons-react";
import { useId, useState } from "react";
import type { ReplyView, Waiting } from "@/domain";
import classes from "./pipeline.module.css";
import { ReplyDetail } from "./reply-detail.tsx";
import { replyName } from "./reply-names.ts";
import { failedWord, figuresOf } from "./reply-texts.ts";
import { waitingShort } from "../text/index.ts";

export type ReplyRowProps = {
  reply: ReplyView;
  active: boolean;
  recorded: boolean;
  waiting: Waiting | null;
  now: number;
};

type Shown = { Icon: TablerIcon; tone: "good" | "bad" | "dim"; word: string };

function shownOf({ reply, active, waiting }: ReplyRowProps): Shown {
  switch (reply.status) {
    case "received":
      return { Icon: IconCheck, tone: "good", word: "" };
    case "failed":
      return { Icon: IconAlertTriangle, tone: "bad", word: failedWord(reply.error) };
    case "pending":
      return { Icon: active ? (waiting === null ? IconPencil : IconHourglass) : IconPlayerPause, tone: "dim", word: "" };
  }
}

/** The second line of a row: it is there from the start, so that nothing moves when the figures come. */
function lineOf({ reply, recorded, waiting, now, active }: ReplyRowProps): string {
  switch (reply.status) {
    case "received":
      return figuresOf(reply, recorded);
    case "failed":
      return [reply.error?.message ?? "", figuresOf(reply, recorded)].filter((part) => part !== "").join(" · ");
    case "pending":
      if (!active) return reply.lost.length === 0 ? "not received" : `cut off · ${figuresOf(reply, recorded)}`;
      return waiting === null ? "writing" : waitingShort(waiting, now);
  }
}

export function ReplyRow(props: ReplyRowProps) {
  const { reply, recorded } = props;
  const [open, setOpen] = useState(false);
  const panel = useId();
  const { Icon, tone, word } = shownOf(props);
  const got = reply.reply;
  return (
    <li className={classes.reply} data-status={reply.status}>
      <UnstyledButton className={classes.replyButton ?? ""} aria-expanded={open} aria-controls={panel} onClick={() => setOpen(!open)}>
        <IconChevronRight size={16} aria-hidden className={classes.chevron ?? ""} data-open={open} />
        <Icon size={16} className={classes[tone] ?? ""} aria-hidden />
        <span className={classes.replyText}>
          <span className={classes.replyTop}>
            <Text component="span" size="sm" fw={550} className={classes.replyName ?? ""}>
              {replyName(reply)}
              {reply.candidate !== null && (
                <Text component="span" size="sm" c="dimmed" fw={400}>
                  {" "}
                  for candidate {reply.candidate + 1}
                </Text>
              )}
            </Text>
            {got !== null && got.reusedFrom !== null ? (
              <Badge size="sm" color="green">
                from store
              </Badge>
            ) : null}
            {got !== null && got.parts > 1 ? (
              <Badge size="sm" color="gray">
                {got.parts} pieces
              </Badge>
            ) : null}
            {got?.finishReason === "length" ? (
              <Badge size="sm" color="yellow">
                cut off
              </Badge>
            ) : null}
            {word === "" ? null : (
              <Text component="span" size="sm" className={classes[tone] ?? ""}>
                {word}
              </Text>
            )}
          </span>
          <span className={classes.replyLine}>{lineOf(props)}</span>
        </span>
      </UnstyledButton>
      <div id={panel}>{open && <ReplyDetail reply={reply} recorded={recorded} />}</div>
    </li>
  );
}
