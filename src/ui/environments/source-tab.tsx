import { Alert, Stack, Text } from "@mantine/core";
import { IconFileUnknown } from "@tabler/icons-react";
import { useMemo } from "react";
import { type Environment, fileNameOf, type Finding, GATE_FACTS } from "@/domain";
import { CodeEditor, type CodeMark, FindingList, Section } from "../components/index.ts";

/** Findings of the gates that judge the environment's own source; a solver's lines are in another text. */
function findingsOf(environment: Environment): Finding[] {
  return (environment.report?.gates ?? [])
    .filter(({ gate }) => GATE_FACTS[gate].linesOf === "environment")
    .flatMap((gate) => gate.findings);
}

export function MissingSource({ environment }: { environment: Environment }) {
  return (
    <Alert color="yellow" icon={<IconFileUnknown aria-hidden />} title="The environment's file is missing">
      <Text size="sm">
        {"Its tasks were imported from training instances, which do not hold the Python source. Import "}
        <code>{fileNameOf(environment)}</code>
        {" on the Environments page, and its tasks can be verified and played."}
      </Text>
    </Alert>
  );
}

export function SourceTab({
  environment,
  line,
  onLine,
}: {
  environment: Environment;
  line: number | null;
  onLine: (line: number) => void;
}) {
  const findings = useMemo(() => findingsOf(environment), [environment]);
  const marks = useMemo(
    () =>
      findings.flatMap((finding): CodeMark[] =>
        finding.line === null ? [] : [{ line: finding.line, severity: finding.severity, message: finding.message }],
      ),
    [findings],
  );
  if (environment.source === "")
    return (
      <Text size="sm" c="dimmed">
        There is no source to show.
      </Text>
    );
  return (
    <Stack gap="md">
      {findings.length === 0 ? null : (
        <Section title={findings.length === 1 ? "1 finding" : `${findings.length} findings`}>
          <FindingList findings={findings} onLine={onLine} />
        </Section>
      )}
      <CodeEditor
        value={environment.source}
        readOnly
        language="python"
        label={`Source of ${environment.className}`}
        marks={marks}
        revealLine={line}
        minHeight={320}
        maxHeight={720}
      />
    </Stack>
  );
}
