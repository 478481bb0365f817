import { Anchor, Badge, Group, SegmentedControl, Stack, Text } from "@mantine/core";
import { type ReactNode, useState } from "react";
import { Link } from "wouter";
import { type Cost, costText, type ModelReply, PROVIDER_FACTS, type ReplyView } from "@/domain";
import { ErrorNotice, Facts } from "../components/index.ts";
import { formatDate, formatMs, NOT_KNOWN, paths } from "../text/index.ts";
import { useSettings } from "@/ui/stores";
import classes from "./pipeline.module.css";
import { replyName } from "./reply-names.ts";
import { endText, inputText, outputText, sourceText } from "./reply-texts.ts";
import { ScrollRegion } from "./scroll-region.tsx";

function CostFact({ cost }: { cost: Cost }) {
  const date = useSettings((state) => state.priceTable.date);
  return (
    <>
      {costText(cost)}
      <span className={classes.dim}>{`, ${sourceText(cost, date)}`}</span>
      {cost.source !== "unknown" ? null : (
        <>
          {" "}
          <Anchor component={Link} href={paths.settingsSection("money")} inherit underline="always">
            Enter one
          </Anchor>
        </>
      )}
    </>
  );
}

/** Provider, then what was asked of it besides the prompt; what was left to the provider is not listed. */
function settingsText({ settings }: ModelReply): string | null {
  if (settings === null) return null;
  const parts = [PROVIDER_FACTS[settings.provider].name];
  if (settings.temperature !== null) parts.push(`temperature ${settings.temperature}`);
  if (settings.effort !== null) parts.push(`effort ${settings.effort}`);
  if (settings.maxOutputTokens !== null) parts.push(`at most ${settings.maxOutputTokens.toLocaleString("en")} tokens out`);
  return parts.join(", ");
}

function ReplyFacts({ reply, recorded }: { reply: ModelReply; recorded: boolean }) {
  const asked = settingsText(reply);
  const rows: [string, ReactNode][] = [["Model", reply.model]];
  if (asked !== null) rows.push(["Asked", asked]);
  rows.push(["Tokens in", inputText(reply.usage) ?? NOT_KNOWN], ["Tokens out", outputText(reply.usage) ?? NOT_KNOWN]);
  if (!recorded) rows.push(["Cost", <CostFact key="cost" cost={reply.cost} />]);
  rows.push(["Time", formatMs(reply.ms)], ["Ended", endText(reply.finishReason)]);
  return <Facts rows={rows} tight />;
}

/** What is out of the ordinary about a reply, in full. */
function Marks({ reply }: { reply: ModelReply }) {
  const cut = reply.finishReason === "length";
  if (reply.reusedFrom === null && reply.parts === 1 && !cut) return null;
  return (
    <Group gap={6}>
      {reply.reusedFrom === null ? null : (
        <Badge color="green" className={classes.mark ?? ""}>{`Answered from the store, paid on ${formatDate(reply.reusedFrom)}`}</Badge>
      )}
      {reply.parts === 1 ? null : <Badge color="gray" className={classes.mark ?? ""}>{`Put together from ${reply.parts} pieces`}</Badge>}
      {cut ? <Badge color="yellow">Cut off</Badge> : null}
    </Group>
  );
}

const FAILURE_TITLE: Readonly<Record<string, string>> = {
  refused: "The model refused",
  "empty-reply": "The reply was empty",
  "cut-off": "The reply was cut off",
  "not-a-reply": "What came was no whole reply",
  "cap-reached": "Not asked: a cap was reached",
};

const PARTS = ["reply", "thinking", "user", "system"] as const;
type Part = (typeof PARTS)[number];
const PART_LABEL: Record<Part, string> = { reply: "Reply", thinking: "Thinking", user: "Prompt", system: "System prompt" };

/** One request in full: what it cost, how it ended, and every text that went either way. */
export function ReplyDetail({ reply, recorded }: { reply: ReplyView; recorded: boolean }) {
  const thinking = reply.reply?.reasoning ?? "";
  const texts: Record<Part, string | null> = {
    reply: reply.reply?.text ?? null,
    thinking: thinking === "" ? null : thinking,
    user: reply.request?.user ?? null,
    system: reply.request?.system ?? null,
  };
  const parts = PARTS.filter((part) => texts[part] !== null);
  const [chosen, setChosen] = useState<Part | null>(null);
  const shown = chosen !== null && texts[chosen] !== null ? chosen : (parts[0] ?? null);
  return (
    <Stack gap="xs" pb="sm" pl={24}>
      {reply.error !== null && <ErrorNotice error={reply.error} title={FAILURE_TITLE[reply.error.code] ?? "This reply failed"} />}
      {reply.lost.map((lost, index) => (
        // oxlint-disable-next-line react/no-array-index-key -- one is named by its place, and none goes away
        <Text key={index} size="sm">
          {lost.estimated ? "A request was cut off. It is taken to have cost " : "It was paid for all the same: "}
          <CostFact cost={lost.cost} />
          {lost.estimated
            ? `, with ${inputText(lost.usage) ?? NOT_KNOWN} tokens in and ${outputText(lost.usage) ?? NOT_KNOWN} out: an estimate.`
            : ""}
        </Text>
      ))}
      {reply.error?.retryable === true && (
        <Text size="sm">The same request can succeed later. Resume asks for this reply again; all others are kept.</Text>
      )}
      {reply.reply !== null && <Marks reply={reply.reply} />}
      {reply.reply !== null && <ReplyFacts reply={reply.reply} recorded={recorded} />}
      {parts.length > 1 && shown !== null && (
        <SegmentedControl
          size="xs"
          aria-label="What to show"
          value={shown}
          onChange={(value) => setChosen(parts.find((part) => part === value) ?? null)}
          data={parts.map((part) => ({ value: part, label: PART_LABEL[part] }))}
          className={classes.parts ?? ""}
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
