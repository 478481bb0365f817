import { Button, Menu, Text } from "@mantine/core";
import { IconArrowFork, IconHandStop, IconRobot } from "@tabler/icons-react";
import { memo, type ReactNode, useState } from "react";
import { FAULT_LABEL, isUndone, type Player, playerName, type TraceCall, type TraceReply } from "@/domain";
import { formatMs } from "../text/index.ts";
import { callText, observationText } from "./call-text.ts";
import { PickableText } from "./picking.tsx";
import stepClasses from "./steps.module.css";
import classes from "./turn-item.module.css";
import { tokensOf } from "./texts.ts";
import type { Turn } from "./timeline.ts";

const MAX_CHARS = 3000;

function Long({ text, className, pickable = false }: { text: string; className: string | undefined; pickable?: boolean }) {
  const [all, setAll] = useState(false);
  const cut = !all && text.length > MAX_CHARS;
  const shown = cut ? `${text.slice(0, MAX_CHARS)}…` : text;
  return (
    <>
      <pre className={className}>{pickable ? <PickableText text={shown} /> : shown}</pre>
      {cut && (
        <Button size="compact-xs" variant="subtle" onClick={() => setAll(true)}>
          Show all {text.length.toLocaleString("en")} characters
        </Button>
      )}
    </>
  );
}

function Thinking({ text }: { text: string }) {
  return (
    <details className={classes.thinking}>
      <summary>Thinking ({text.length.toLocaleString("en")} characters)</summary>
      <Long text={text} className={stepClasses.said} />
    </details>
  );
}

/** What a model said around its call. The markers of the text protocol hold the call, which is shown by itself. */
function spokenText(text: string): string {
  return text.replaceAll(/<\|FunctionCallBegin\|>[\s\S]*?(?:<\|FunctionCallEnd\|>|$)/g, "").trim();
}

function Reply({ reply, isCall }: { reply: TraceReply; isCall: boolean }) {
  const spoken = isCall ? spokenText(reply.text) : reply.text.trim();
  return (
    <>
      {reply.reasoning !== "" && <Thinking text={reply.reasoning} />}
      {spoken !== "" && <Long text={spoken} className={stepClasses.said} />}
    </>
  );
}

const Fault = ({ children }: { children: ReactNode }) => <span className={classes.refused}>{children}</span>;

function Call({ call, pickable }: { call: TraceCall; pickable: boolean }) {
  return (
    <>
      <Long text={callText(call.action)} className={stepClasses.call} />
      {call.faults.map((fault) => (
        <Fault key={fault}>{sentence(FAULT_LABEL[fault])}</Fault>
      ))}
      {!call.ok && call.faults.length === 0 && <Fault>The call was not accepted</Fault>}
      <Long text={observationText(call.observation)} className={stepClasses.observation} pickable={pickable} />
      {call.cut > 0 && (
        <Text size="xs" c="dimmed">
          Cut: {call.cut.toLocaleString("en")} more characters were left out.
        </Text>
      )}
    </>
  );
}

const sentence = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

function figuresOf({ outcome, reply }: Turn, recorded: boolean): string {
  const tokens =
    reply?.usage == null ? "" : tokensOf({ inputTokens: reply.usage.inputTokens ?? 0, outputTokens: reply.usage.outputTokens ?? 0 });
  const modelTime = reply === null || reply.ms === 0 ? "" : `${formatMs(reply.ms)} to answer`;
  const callTime = outcome.kind === "call" && outcome.call.ms > 0 ? `call ${formatMs(outcome.call.ms)}` : "";
  return [modelTime, callTime, tokens, !recorded && reply !== null && reply.reusedFrom !== null ? "not paid for again" : ""]
    .filter((part) => part !== "")
    .join(" · ");
}

export type BranchBy = (steps: number, player: Player) => void;

function BranchMenu({ turn, player, byHandOnly, onBranch }: { turn: Turn; player: Player; byHandOnly: boolean; onBranch: BranchBy }) {
  if (player.kind === "person" || byHandOnly) {
    return (
      <Button
        size="compact-xs"
        variant="subtle"
        className={classes.branch ?? ""}
        leftSection={<IconArrowFork size={13} aria-hidden />}
        aria-label={`Branch after round ${turn.number}`}
        onClick={() => onBranch(turn.steps, { kind: "person" })}
      >
        Branch
      </Button>
    );
  }
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <Button
          size="compact-xs"
          variant="subtle"
          className={classes.branch ?? ""}
          leftSection={<IconArrowFork size={13} aria-hidden />}
          aria-label={`Branch after round ${turn.number}`}
        >
          Branch
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<IconHandStop size={15} aria-hidden />} onClick={() => onBranch(turn.steps, { kind: "person" })}>
          You play on from here
        </Menu.Item>
        <Menu.Item leftSection={<IconRobot size={15} aria-hidden />} onClick={() => onBranch(turn.steps, player)}>
          {playerName(player)} plays on from here
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

export type TurnItemProps = {
  turn: Turn;
  current: boolean;
  player: Player;
  pickable: boolean;
  /** Only a person may play on. */
  byHandOnly: boolean;
  onBranch: BranchBy | null;
};

export const TurnItem = memo(function TurnItem({ turn, current, player, pickable, byHandOnly, onBranch }: TurnItemProps) {
  const { outcome, reply, handover } = turn;
  const figures = figuresOf(turn, player.kind === "recorded");
  const byHand = outcome.kind === "call" && outcome.call.by === "person" && player.kind !== "person";
  const bad = outcome.kind === "fault" || (outcome.kind === "call" && !outcome.call.ok);
  const canBranch = onBranch !== null && (outcome.kind !== "call" || !isUndone(outcome.call));
  return (
    <li className={stepClasses.step} data-current={current || undefined} data-ok={!bad} aria-current={current ? "step" : undefined}>
      <span className={stepClasses.stepNumber}>{turn.number}</span>
      <div className={stepClasses.stepBody}>
        {handover !== null && (
          <span className={classes.handover}>{handover === "person" ? "You took over" : `Given back to ${playerName(player)}`}</span>
        )}
        {reply !== null && <Reply reply={reply} isCall={outcome.kind === "call"} />}
        {byHand && <span className={classes.handover}>By hand</span>}
        {outcome.kind === "call" && <Call call={outcome.call} pickable={pickable} />}
        {outcome.kind === "fault" && (
          <>
            <Fault>{sentence(FAULT_LABEL[outcome.fault])}: no call was made</Fault>
            <Long text={outcome.answer} className={stepClasses.observation} />
          </>
        )}
        {outcome.kind === "unused" && <span className={classes.handover}>Its call was not made: you had taken over</span>}
        {(figures !== "" || canBranch) && (
          <div className={classes.stepFoot}>
            <span>{figures}</span>
            {canBranch && <BranchMenu turn={turn} player={player} byHandOnly={byHandOnly} onBranch={onBranch} />}
          </div>
        )}
      </div>
    </li>
  );
});
