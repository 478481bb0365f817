import { Stack, Text } from "@mantine/core";
import { useMemo } from "react";
import type { Environment, Limits, Report } from "@/domain";
import { EmptyState, Facts, GateList, Matrix, Section } from "../components/index.ts";
import { formatBytes, formatDate, formatMs } from "../text/index.ts";
import classes from "./report-tab.module.css";
import { SolverList } from "./solver-list.tsx";

function limitRows(limits: Limits): [string, string][] {
  return [
    ["Time a test", formatMs(limits.testMs)],
    ["Memory a test", formatBytes(limits.testMemoryBytes)],
    ["Answer", `at most ${limits.answerChars} characters`],
    ["Tests that must pass", `at least ${limits.minTests} and ${Math.round(limits.minTestShare * 100)} %`],
    ["Rounds of kept tasks", `${limits.minRounds} to ${limits.maxRounds}`],
    ["Stops early", limits.stopEarly ? "yes" : "no"],
  ];
}

function Solvability({ report }: { report: Report }) {
  const cells = useMemo(() => new Map(report.cells.map((cell) => [`${cell.solver}:${cell.test}`, cell])), [report]);
  const tests = report.cells.reduce((most, cell) => Math.max(most, cell.test + 1), report.tests.length);
  if (report.solvers.length === 0) return null;
  return (
    <Section
      title="Solvers and tests"
      note="Each solver on each test, with its rounds where it solved it. One that solves all of them moves on to the proof."
    >
      <Matrix solvers={report.solvers} tests={tests} cells={cells} label="Solvers and tests" />
      <SolverList report={report} />
    </Section>
  );
}

/** Everything that was found out, as it is also exported. */
export function ReportTab({ environment, onLine }: { environment: Environment; onLine: (line: number) => void }) {
  const { report } = environment;
  if (report === null)
    return (
      <EmptyState title="No report yet">
        It was not verified in this browser. Press Verify: the gates are taken here, and their evidence is kept.
      </EmptyState>
    );
  const passed = report.tests.filter((test) => test.passed).length;
  return (
    <Stack gap="md">
      <div className={classes.reportPair}>
        <Section title="Gates">
          <GateList gates={report.gates} onLine={onLine} />
        </Section>
        <Section title="Figures">
          <Facts
            rows={[
              ["Outcome", report.verified ? "verified" : "rejected"],
              ["Checked", formatDate(report.finishedAt)],
              ["Tests passed", report.tests.length === 0 ? "not reached" : `${passed} of ${report.tests.length}`],
              ["Solvers tried", report.solvers.length === 0 ? "none" : String(report.solvers.length)],
              ["Proven solver", report.winner === null ? "none" : `solver ${report.winner + 1}`],
              ["Python", `${report.runtime.python}, Pyodide ${report.runtime.pyodide}`],
            ]}
          />
          <Text size="sm" fw={600} mt="md" mb={6}>
            Limits that held
          </Text>
          <Facts rows={limitRows(report.limits)} />
        </Section>
      </div>
      <Solvability report={report} />
    </Stack>
  );
}
