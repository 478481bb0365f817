import { Button, Group, Stack, Table, Text, UnstyledButton } from "@mantine/core";
import { memo, useState } from "react";
import { type Finding, parseConfig, type TestResult } from "@/domain";
import { FindingList, JsonView } from "../components/index.ts";
import { formatBytes, formatMs } from "../text/index.ts";
import { VerdictBadge } from "./verdict-badge.tsx";
import { ScrollRegion } from "./scroll-region.tsx";
import classes from "./tests-panel.module.css";

const PAGE = 100;

/** An unreadable configuration is shown as it was written. */
function ConfigView({ config, label }: { config: string; label: string }) {
  const parsed = parseConfig(config);
  return parsed === null ? (
    <ScrollRegion className={classes.raw} label={label}>
      {config}
    </ScrollRegion>
  ) : (
    <JsonView value={parsed} label={label} />
  );
}

type RowProps = { index: number; config: string; result: TestResult | null; open: boolean; onToggle: (index: number) => void };

const TestRow = memo(function TestRow({ index, config, result, open, onToggle }: RowProps) {
  return (
    <>
      <Table.Tr>
        <Table.Td>
          <UnstyledButton
            className={classes.number ?? ""}
            aria-expanded={open}
            aria-label={`Test ${index + 1}: configuration`}
            onClick={() => onToggle(index)}
          >
            {index + 1}
          </UnstyledButton>
        </Table.Td>
        <Table.Td className={classes.verdict}>
          {result === null ? <span className={classes.waiting}>waiting</span> : <Outcome result={result} />}
        </Table.Td>
        <Table.Td className={classes.answer} title={result?.answer ?? undefined}>
          {result?.answer ?? ""}
        </Table.Td>
        <Table.Td className={classes.figure}>{result === null ? "" : formatMs(result.ms)}</Table.Td>
        <Table.Td className={classes.figure}>{result === null ? "" : formatBytes(result.peakBytes)}</Table.Td>
      </Table.Tr>
      {open && (
        <Table.Tr>
          <Table.Td colSpan={5}>
            <Stack gap="xs">
              {result?.message !== undefined && <Text size="sm">{result.message}</Text>}
              <ConfigView config={config} label={`Configuration of test ${index + 1}`} />
            </Stack>
          </Table.Td>
        </Table.Tr>
      )}
    </>
  );
});

/** The reference answer came: "passed". Else the verdict names what happened; a "solved" run can still fail the gate. */
function Outcome({ result }: { result: TestResult }) {
  if (result.passed) return <span className={classes.passed}>passed</span>;
  return result.verdict === "solved" ? <span className={classes.failed}>not accepted</span> : <VerdictBadge verdict={result.verdict} />;
}

export type TestsPanelProps = { proposed: readonly string[]; findings: readonly Finding[]; tests: readonly TestResult[] };

/** Every proposed configuration has its row from the start, so nothing moves while results come in. */
export function TestsPanel({ proposed, findings, tests }: TestsPanelProps) {
  const [open, setOpen] = useState<number | null>(null);
  const [shown, setShown] = useState(PAGE);
  const [toggle] = useState(() => (index: number) => setOpen((before) => (before === index ? null : index)));
  const byIndex = new Map(tests.map((test) => [test.index, test]));
  const count = Math.max(proposed.length, ...tests.map((test) => test.index + 1));
  if (count === 0 && findings.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        The tester proposes configurations once the environment runs.
      </Text>
    );
  }
  const squares = Array.from({ length: count }, (_, index) => byIndex.get(index) ?? null);
  return (
    <Stack gap="sm">
      <div className={classes.squares} aria-hidden>
        {squares.map((result, index) => (
          // oxlint-disable-next-line react/no-array-index-key -- the index is the test's number
          <span key={index} className={classes.square} data-state={result === null ? "waiting" : result.passed ? "passed" : "failed"} />
        ))}
      </div>
      <ScrollRegion className={classes.scroll} label="Tests, one by one">
        <Table stickyHeader verticalSpacing={4} horizontalSpacing="sm" className={classes.table ?? ""}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Test</Table.Th>
              <Table.Th>Outcome</Table.Th>
              <Table.Th>Reference answer</Table.Th>
              <Table.Th className={classes.figure}>Time</Table.Th>
              <Table.Th className={classes.figure}>Memory</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {squares.slice(0, shown).map((result, index) => (
              // oxlint-disable-next-line react/no-array-index-key -- the index is the test's number
              <TestRow
                key={index}
                index={index}
                config={result?.config ?? proposed[index] ?? ""}
                result={result}
                open={open === index}
                onToggle={toggle}
              />
            ))}
          </Table.Tbody>
        </Table>
      </ScrollRegion>
      {count > shown && (
        <Group>
          <Button size="xs" variant="default" onClick={() => setShown(shown + PAGE)}>
            Show {Math.min(PAGE, count - shown)} more
          </Button>
        </Group>
      )}
      <FindingList findings={findings} />
    </Stack>
  );
}
