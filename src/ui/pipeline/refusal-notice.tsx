import { Alert, Anchor, Button, Code, Group, Stack, Text } from "@mantine/core";
import { IconInfoCircle, IconPencil, IconPlayerPlay, IconSparkles } from "@tabler/icons-react";
import { useState } from "react";
import { Link } from "wouter";
import type { Problem, Refusal } from "@/domain";
import { CodeEditor } from "../components/index.ts";
import { paths } from "../text/index.ts";

/** The compiler's words begin small, end without a full stop, and have code between backticks. */
function Sentence({ text }: { text: string }) {
  const whole = `${text[0]?.toUpperCase() ?? ""}${text.slice(1)}${/[.!?]$/.test(text) ? "" : "."}`;
  // oxlint-disable-next-line react/no-array-index-key -- parts of one text, in its order
  return whole.split("`").map((part, index) => (index % 2 === 0 ? <span key={index}>{part}</span> : <Code key={index}>{part}</Code>));
}

/** Not a rule of the compiler: it had no answer in time, or the solution ended its interpreter. */
const DID_NOT_RUN = "run";

export type RefusalNoticeProps = { refusal: Refusal; problem: Problem; modelWrites: boolean };

/** Why the compiler makes nothing of a solution, where, and what can be done instead. */
export function RefusalNotice({ refusal, problem, modelWrites }: RefusalNoticeProps) {
  const { rule, line, message } = refusal;
  const [shown, setShown] = useState<number | null>(null);
  return (
    <Stack gap="md">
      <Alert color="yellow" icon={<IconInfoCircle aria-hidden />} title="The solution cannot be compiled">
        <Stack gap={8}>
          <Text size="sm" style={{ overflowWrap: "anywhere" }}>
            <Sentence text={message} />
          </Text>
          <Text size="sm" c="dimmed">
            {`Rule “${rule}”, ${line === null ? "for the whole solution" : `line ${line}`}.`}{" "}
            {line === null ? null : (
              <Anchor component="button" type="button" inherit underline="always" onClick={() => setShown(line)}>
                Show it
              </Anchor>
            )}
          </Text>
          {modelWrites ? (
            <Text size="sm">The model writes its environment all the same.</Text>
          ) : (
            <>
              <Text size="sm">
                {rule === DID_NOT_RUN
                  ? "On a busy computer, run it again: it may just have been late. A model can make an environment of it too."
                  : "A model can still make an environment of it. Or change the solution so that the rule is met."}
              </Text>
              <Group gap="xs">
                <Button
                  component={Link}
                  href={paths.settingsSection("model")}
                  size="xs"
                  leftSection={<IconSparkles size={15} aria-hidden />}
                >
                  Choose a model in Settings
                </Button>
                {problem.origin !== "bundled" ? null : (
                  <Button
                    component={Link}
                    href={paths.problem(problem.id)}
                    size="xs"
                    variant="default"
                    leftSection={<IconPlayerPlay size={15} aria-hidden />}
                  >
                    Use its recorded replies
                  </Button>
                )}
                <Button
                  component={Link}
                  href={paths.newProblemFrom(problem.id)}
                  size="xs"
                  variant="default"
                  leftSection={<IconPencil size={15} aria-hidden />}
                >
                  Change the solution
                </Button>
              </Group>
            </>
          )}
        </Stack>
      </Alert>
      <CodeEditor
        value={problem.solution}
        readOnly
        language="python"
        label="Solution"
        marks={line === null ? [] : [{ line, severity: "error", message: `${rule}: ${message}` }]}
        revealLine={shown}
        maxHeight={480}
      />
    </Stack>
  );
}
