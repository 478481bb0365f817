import { Badge, Group, Stack, Text, UnstyledButton } from "@mantine/core";
import { IconChevronRight } from "@tabler/icons-react";
import { useId, useState } from "react";
import type { Cell, SolverView } from "@/domain";
import { CodeEditor, FindingList, Matrix } from "../components/index.ts";
import { formatCount, formatMs } from "../text/index.ts";
import { VerdictBadge } from "./verdict-badge.tsx";
import classes from "./pipeline.module.css";

function stateOf(solver: SolverView, running: boolean): { label: string; color: string } {
  if (solver.proven) return { label: "Proven", color: "green" };
  if (solver.findings.some((finding) => finding.severity === "error")) return { label: "Breaks the contract", color: "red" };
  if (solver.solvedAll === true) return { label: "Solved all", color: "green" };
  if (solver.solvedAll === false) return { label: "Did not solve all", color: "gray" };
  return running ? { label: "Under way", color: "iris" } : { label: "Not needed", color: "gray" };
}

function SolverItem({ solver, solvedCount, ran, running }: { solver: SolverView; solvedCount: number; ran: number; running: boolean }) {
  const [open, setOpen] = useState(false);
  const [line, setLine] = useState<number | null>(null);
  const panel = useId();
  const state = stateOf(solver, running);
  const marks = solver.findings.flatMap((finding) =>
    finding.line === null ? [] : [{ line: finding.line, severity: finding.severity, message: finding.message }],
  );
  return (
    <li className={classes.reply}>
      <UnstyledButton className={classes.replyButton ?? ""} aria-expanded={open} aria-controls={panel} onClick={() => setOpen(!open)}>
        <IconChevronRight size={16} aria-hidden className={classes.chevron ?? ""} data-open={open} />
        <Text component="span" size="sm" fw={550} className={classes.replyName ?? ""}>
          Solver {solver.solver + 1}
          {solver.attempt > 0 && `, repair ${solver.attempt}`}
        </Text>
        <Text component="span" size="sm" c="dimmed">
          {ran === 0 ? "" : `${solvedCount} of ${ran}`}
        </Text>
        <Badge color={state.color}>{state.label}</Badge>
      </UnstyledButton>
      <div id={panel}>
        {open && (
          <Stack gap="sm" pb="sm">
            <FindingList findings={solver.findings} onLine={setLine} />
            <CodeEditor
              value={solver.source}
              readOnly
              language="python"
              label={`Source of solver ${solver.solver + 1}`}
              marks={marks}
              revealLine={line}
              maxHeight={360}
            />
          </Stack>
        )}
      </div>
    </li>
  );
}

/** What the chosen cell says; its height is kept while nothing is chosen. */
function CellDetail({ cell }: { cell: Cell | null }) {
  return (
    <Group gap="xs" mih={26} aria-live="polite">
      {cell === null ? (
        <Text size="sm" c="dimmed">
          Choose a cell to see what happened there.
        </Text>
      ) : (
        <>
          <Text size="sm" fw={550}>
            Solver {cell.solver + 1} on test {cell.test + 1}
          </Text>
          <VerdictBadge verdict={cell.verdict} />
          <Text size="sm">
            {formatCount(cell.rounds, "round")} · reward {cell.reward} · {formatMs(cell.ms)}
          </Text>
          {cell.message !== undefined && (
            <Text size="sm" style={{ overflowWrap: "anywhere" }}>
              {cell.message}
            </Text>
          )}
        </>
      )}
    </Group>
  );
}

export type SolversPanelProps = { solvers: readonly SolverView[]; cells: Map<string, Cell>; testCount: number; running: boolean };

/** The matrix as it fills, and each solver with its source. */
export function SolversPanel({ solvers, cells, testCount, running }: SolversPanelProps) {
  const [chosen, setChosen] = useState<string | null>(null);
  if (solvers.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        No solver yet. Solvers are asked for once the tests have passed; each sees the task and the tools, never the source.
      </Text>
    );
  }
  const all = [...cells.values()];
  return (
    <Stack gap="sm">
      <Matrix
        solvers={solvers}
        tests={testCount}
        cells={cells}
        label="Solvers and tests"
        onCell={(cell) => setChosen(`${cell.solver}:${cell.test}`)}
      />
      <CellDetail cell={chosen === null ? null : (cells.get(chosen) ?? null)} />
      <ul className={classes.list}>
        {solvers.map((solver) => {
          const own = all.filter((cell) => cell.solver === solver.solver);
          return (
            <SolverItem
              key={solver.solver}
              solver={solver}
              ran={own.length}
              solvedCount={own.filter((cell) => cell.verdict === "solved").length}
              running={running}
            />
          );
        })}
      </ul>
    </Stack>
  );
}
