import { Accordion, Badge, Group, Text } from "@mantine/core";
import type { Report } from "@/domain";
import { CodeEditor, type CodeMark, FindingList } from "../components/index.ts";
import classes from "./solver-list.module.css";

/** The solvers' sources, folded. */
export function SolverList({ report }: { report: Report }) {
  return (
    <Accordion
      variant="default"
      mt="md"
      classNames={{ control: classes.solverControl ?? "", label: classes.solverLabel ?? "" }}
      keepMounted={false}
      chevronPosition="left"
    >
      {report.solvers.map((solver) => (
        <Accordion.Item key={solver.solver} value={String(solver.solver)}>
          <Accordion.Control>
            <Group gap="xs">
              <Text size="sm">{`Solver ${solver.solver + 1}`}</Text>
              {solver.proven ? (
                <Badge color="green">proven</Badge>
              ) : solver.solvedAll ? (
                <Badge color="yellow">solved all, not proven</Badge>
              ) : (
                <Badge color="gray">did not solve all</Badge>
              )}
            </Group>
          </Accordion.Control>
          <Accordion.Panel>
            <FindingList findings={solver.findings} />
            <CodeEditor
              value={solver.source}
              readOnly
              language="python"
              label={`Source of solver ${solver.solver + 1}`}
              marks={solver.findings.flatMap((finding): CodeMark[] =>
                finding.line === null ? [] : [{ line: finding.line, severity: finding.severity, message: finding.message }],
              )}
              maxHeight={420}
            />
          </Accordion.Panel>
        </Accordion.Item>
      ))}
    </Accordion>
  );
}
