import { Collapse, Loader, Text, UnstyledButton } from "@mantine/core";
import { IconCheck, IconChevronDown, IconMinus, IconX } from "@tabler/icons-react";
import { useId, useState } from "react";
import { GATE_FACTS, type GateName, type GateResult, GATES } from "@/domain";
import { FindingList } from "./finding-list.tsx";
import { formatMs } from "../text/index.ts";
import classes from "./gate-list.module.css";

type GateState = "passed" | "failed" | "running" | "waiting" | "left-out";

const STATE_TEXT: Record<GateState, string> = {
  passed: "passed",
  failed: "failed",
  running: "running",
  waiting: "not reached",
  "left-out": "does not apply",
};

/** A report of before there was such a gate. */
const LEFT_OUT = "It was not taken then.";

/** The gates are taken in their order: one without a result above one that has a result was left out. */
export function gateStates(gates: readonly Pick<GateResult, "gate" | "passed">[], running: GateName | null): Map<GateName, GateState> {
  const reached = GATES.findLastIndex((name) => name === running || gates.some(({ gate }) => gate === name));
  return new Map(
    GATES.map((name, index) => {
      const result = gates.find(({ gate }) => gate === name);
      if (running === name) return [name, "running"];
      if (result !== undefined) return [name, result.passed ? "passed" : "failed"];
      return [name, index < reached ? "left-out" : "waiting"];
    }),
  );
}

function Marker({ state }: { state: GateState }) {
  return (
    <span className={classes.marker} data-state={state} aria-hidden>
      {state === "passed" ? <IconCheck size={14} stroke={2.75} /> : null}
      {state === "failed" ? <IconX size={14} stroke={2.75} /> : null}
      {state === "running" ? <Loader size={14} /> : null}
      {state === "waiting" || state === "left-out" ? <IconMinus size={12} /> : null}
    </span>
  );
}

function Figures({ figures, ms }: { figures: GateResult["figures"]; ms: number }) {
  const entries = Object.entries(figures);
  return (
    <dl className={classes.figures}>
      {entries.map(([label, value]) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>{value}</dd>
        </div>
      ))}
      <div>
        <dt>time</dt>
        <dd>{formatMs(ms)}</dd>
      </div>
    </dl>
  );
}

function Gate({
  name,
  result,
  state,
  onLine,
}: {
  name: GateName;
  result: GateResult | null;
  state: GateState;
  onLine?: ((line: number) => void) | undefined;
}) {
  const [chosen, setChosen] = useState<boolean | null>(null);
  const id = useId();
  const { label, about, leftOut = LEFT_OUT } = GATE_FACTS[name];
  const count = result?.findings.length ?? 0;
  const open = chosen ?? state === "failed";
  return (
    <li className={classes.gate} data-state={state} aria-current={state === "running" ? "step" : undefined}>
      <Marker state={state} />
      <div className={classes.body}>
        <div className={classes.head}>
          <span className={classes.name}>{label}</span>
          <span className={classes.state} data-state={state}>
            {STATE_TEXT[state]}
          </span>
          {count === 0 ? null : (
            <UnstyledButton className={classes.toggle} aria-expanded={open} aria-controls={id} onClick={() => setChosen(!open)}>
              {count === 1 ? "1 finding" : `${count} findings`}
              <IconChevronDown size={13} className={classes.chevron} data-open={open || undefined} aria-hidden />
            </UnstyledButton>
          )}
        </div>
        {result === null ? (
          <Text size="xs" c="dimmed">
            {state === "left-out" ? leftOut : about}
          </Text>
        ) : (
          <Figures figures={result.figures} ms={result.ms} />
        )}
        <div id={id}>
          {result === null || count === 0 ? null : (
            <Collapse expanded={open} keepMounted={false}>
              <div className={classes.findings}>
                <FindingList findings={result.findings} onLine={onLine} />
              </div>
            </Collapse>
          )}
        </div>
      </div>
    </li>
  );
}

/** The gates in their order, with their state in words, sign and colour, their figures and findings. */
export function GateList({
  gates,
  running = null,
  onLine,
}: {
  gates: readonly GateResult[];
  running?: GateName | null | undefined;
  onLine?: ((line: number) => void) | undefined;
}) {
  const states = gateStates(gates, running);
  return (
    <ol className={classes.list} aria-label="Gates">
      {GATES.map((name) => {
        const result = gates.find((gate) => gate.gate === name) ?? null;
        return <Gate key={name} name={name} result={result} state={states.get(name) ?? "waiting"} onLine={onLine} />;
      })}
    </ol>
  );
}
