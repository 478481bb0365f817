import { Button, Code, Group, Stack, Tabs, Text, Title } from "@mantine/core";
import { useState } from "react";
import { type CandidateView, type Finding, GATE_FACTS, type GateResult, type RunId } from "@/domain";
import { CodeEditor, type CodeMark, GateList, Markdown, PlainText } from "../components/index.ts";
import { formatCount } from "../text/index.ts";
import classes from "./pipeline.module.css";
import { RejectionNotice } from "./rejection-notice.tsx";
import { runningGateOf } from "./run-progress.ts";
import { SolversPanel } from "./solvers-panel.tsx";
import { TestsPanel } from "./tests-panel.tsx";

const isSolverGate = ({ gate }: GateResult): boolean => GATE_FACTS[gate].linesOf === "solver";

function withoutForeignLine(finding: Finding): Finding {
  return finding.line === null ? finding : { ...finding, line: null, message: `${finding.message} (line ${finding.line} of the solver)` };
}

function marksOf(gates: readonly GateResult[]): CodeMark[] {
  return gates
    .filter((gate) => !isSolverGate(gate))
    .flatMap((gate) => gate.findings)
    .flatMap((finding) => (finding.line === null ? [] : [{ line: finding.line, severity: finding.severity, message: finding.message }]));
}

type TabName = "gates" | "tests" | "solvers" | "task" | "source" | "tools";

/** The tab with the present work in it; at the end, the one with what decided. */
function tabOfWork(candidate: CandidateView): TabName {
  if (candidate.status === "rejected") return "gates";
  if (candidate.status === "verified") return "solvers";
  const gate = runningGateOf(candidate);
  switch (gate === null ? null : GATE_FACTS[gate].stage) {
    case "tests":
      return "tests";
    case "solvers":
    case "proof":
      return "solvers";
    default:
      return "gates";
  }
}

const isTabName = (value: string | null): value is TabName =>
  value !== null && ["gates", "tests", "solvers", "task", "source", "tools"].includes(value);

/** A count behind a tab's name, as wide from the start as it will be. */
function TabCount({ done, total }: { done: number; total: number | null }) {
  if (total === 0) return null;
  return (
    <Text component="span" size="xs" ml={6} style={{ fontVariantNumeric: "tabular-nums" }}>
      {total === null ? done : `${done}/${total}`}
    </Text>
  );
}

function ToolDocs({ candidate }: { candidate: CandidateView }) {
  if (candidate.tools.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        The tools are read from the source once the contract is checked.
      </Text>
    );
  }
  return (
    <Stack gap="md">
      {candidate.tools.map((tool) => (
        <Stack key={tool.name} gap={4}>
          <Title order={3} style={{ overflowWrap: "anywhere" }}>
            <Code fz="sm">{tool.signature}</Code>
          </Title>
          <PlainText text={tool.docstring} />
        </Stack>
      ))}
    </Stack>
  );
}

export type CandidateDetailProps = {
  id: RunId;
  candidate: CandidateView;
  /** Who wrote it, where that is worth saying. */
  writer: string | null;
  repairedBy: number | null;
  active: boolean;
  lockedElsewhere: boolean;
};

/** One candidate: what the gates found, its tests and solvers as they come, its task, source and tools. */
export function CandidateDetail({ id, candidate, writer, repairedBy, active, lockedElsewhere }: CandidateDetailProps) {
  // Null follows the run.
  const [chosen, setChosen] = useState<TabName | null>(null);
  const [line, setLine] = useState<number | null>(null);
  const reveal = (at: number): void => {
    setLine(at);
    setChosen("source");
  };
  const hasSource = candidate.source !== "";
  const gates = candidate.gates.map((gate) => (isSolverGate(gate) ? { ...gate, findings: gate.findings.map(withoutForeignLine) } : gate));
  const lastTest = candidate.tests.reduce((most, test) => Math.max(most, test.index + 1), candidate.proposed.length);
  return (
    <Stack gap="md">
      <Group gap="xs" justify="space-between" mih={30}>
        <Group gap="xs">
          {candidate.className !== "" && <Code style={{ overflowWrap: "anywhere" }}>{candidate.className}</Code>}
          {(candidate.tools.length > 0 || writer !== null) && (
            <Text size="sm" c="dimmed">
              {[
                ...(candidate.tools.length > 0 ? [formatCount(candidate.tools.length, "tool")] : []),
                ...(writer === null ? [] : [`by ${writer}`]),
              ].join(" · ")}
            </Text>
          )}
        </Group>
        {active && candidate.status === "running" && chosen !== null && (
          <Button size="compact-sm" variant="light" onClick={() => setChosen(null)}>
            Follow the run
          </Button>
        )}
      </Group>
      <RejectionNotice id={id} candidate={candidate} repairedBy={repairedBy} active={active} lockedElsewhere={lockedElsewhere} />
      <Tabs
        value={chosen ?? tabOfWork(candidate)}
        onChange={(value) => setChosen(isTabName(value) ? value : null)}
        keepMounted={false}
        variant="pills"
        className={classes.detailTabs ?? ""}
      >
        <Tabs.List mb="md">
          <Tabs.Tab value="gates">Gates</Tabs.Tab>
          <Tabs.Tab value="tests">
            Tests
            <TabCount done={candidate.tests.length} total={candidate.proposed.length} />
          </Tabs.Tab>
          <Tabs.Tab value="solvers">
            Solvers
            <TabCount done={candidate.solvers.length} total={candidate.solvers.length === 0 ? 0 : null} />
          </Tabs.Tab>
          <Tabs.Tab value="task" disabled={candidate.taskText === ""}>
            Task
          </Tabs.Tab>
          <Tabs.Tab value="source" disabled={!hasSource}>
            Source
          </Tabs.Tab>
          <Tabs.Tab value="tools" disabled={!hasSource}>
            Tools
          </Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="gates">
          <GateList gates={gates} running={active ? runningGateOf(candidate) : null} {...(hasSource ? { onLine: reveal } : {})} />
        </Tabs.Panel>
        <Tabs.Panel value="tests">
          <TestsPanel proposed={candidate.proposed} findings={candidate.proposalFindings} tests={candidate.tests} />
        </Tabs.Panel>
        <Tabs.Panel value="solvers">
          <SolversPanel solvers={candidate.solvers} cells={candidate.cells} testCount={lastTest} running={candidate.status === "running"} />
        </Tabs.Panel>
        <Tabs.Panel value="task">
          <Markdown text={candidate.taskText} />
        </Tabs.Panel>
        <Tabs.Panel value="source">
          <CodeEditor
            value={candidate.source}
            readOnly
            language="python"
            label={`Source of ${candidate.className}`}
            marks={marksOf(candidate.gates)}
            revealLine={line}
            maxHeight={640}
          />
        </Tabs.Panel>
        <Tabs.Panel value="tools">
          <ToolDocs candidate={candidate} />
        </Tabs.Panel>
      </Tabs>
    </Stack>
  );
}
