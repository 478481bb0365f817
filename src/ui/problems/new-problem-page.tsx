import { Button, Group, SegmentedControl, Stack, Text, TextInput } from "@mantine/core";
import { IconPlayerPlayFilled } from "@tabler/icons-react";
import { useState } from "react";
import { Link, useLocation, useSearch } from "wouter";
import { type Problem, titleOf } from "@/domain";
import { problemDraft, type ProblemDraft } from "@/state";
import { useLibrary, useRuns } from "@/ui/stores";
import { CodeEditor, ErrorNotice, Markdown, PageHeader, PageLoading, Section, useAction } from "../components/index.ts";
import { paths, queryValue } from "../text/index.ts";
import { EXAMPLE } from "./example.ts";
import shared from "./problems.module.css";
import classes from "./new-problem-page.module.css";
import { useReadiness } from "./readiness.ts";
import { ReadinessNote } from "./readiness-note.tsx";

const EMPTY: ProblemDraft = { title: "", statement: "", solution: "" };

/** What a draft becomes: its readiness is that of every problem of one's own. */
const OWN: Pick<Problem, "origin"> = { origin: "own" };

function missing(draft: ProblemDraft): string[] {
  return [...(draft.statement.trim() === "" ? ["a statement"] : []), ...(draft.solution.trim() === "" ? ["a solution"] : [])];
}

/** `from`: the problem that the draft begins as a copy of. */
function Editor({ from }: { from: Problem | null }) {
  const addProblem = useLibrary((state) => state.addProblem);
  const start = useRuns((state) => state.start);
  const readiness = useReadiness(OWN);
  const [, navigate] = useLocation();
  const [draft, setDraft] = useState<ProblemDraft>(() =>
    from === null ? (problemDraft.read() ?? EMPTY) : { title: from.title, statement: from.statement, solution: from.solution },
  );
  const [view, setView] = useState<"write" | "preview">("write");
  const [tried, setTried] = useState(false);
  const action = useAction();
  const lacks = missing(draft);
  const canStart = readiness?.kind === "ready";

  const change = (part: Partial<ProblemDraft>): void => {
    const next = { ...draft, ...part };
    problemDraft.keep(next);
    setDraft(next);
  };

  const save = (begin: boolean): void => {
    setTried(true);
    if (lacks.length > 0) return;
    action.run(async () => {
      const title = draft.title.trim() === "" ? titleOf({ ...draft, extra: {} }, "Untitled problem") : draft.title.trim();
      const problem = await addProblem({ ...draft, title });
      problemDraft.keep(null);
      navigate(begin ? paths.run(await start(problem.id)) : paths.problem(problem.id));
    });
  };

  return (
    <>
      <PageHeader
        title="Write a problem"
        back={{ href: paths.problems, name: "Problems" }}
        description="A statement and a Python solution that is right. The solution is what later proves an agent's answer, so it matters more than the words."
      />
      <Stack gap="md">
        {draft.title === "" && draft.statement === "" && draft.solution === "" ? (
          <Group gap="sm">
            <Button size="xs" variant="light" onClick={() => change(EXAMPLE)}>
              Fill in an example
            </Button>
            <Text size="sm" c="dimmed">
              A small problem with its solution, to change or to run as it is.
            </Text>
          </Group>
        ) : null}
        <TextInput
          label="Title"
          description="Left empty, the statement's heading is taken, or the function's name."
          value={draft.title}
          onChange={(event) => change({ title: event.currentTarget.value })}
          maxLength={200}
          maw={560}
        />
        <div className={shared.pair}>
          <Section
            title="Statement"
            note="Markdown; formulas between dollar signs."
            aside={
              <SegmentedControl
                size="xs"
                aria-label="Statement view"
                value={view}
                onChange={(value) => setView(value === "preview" ? "preview" : "write")}
                data={[
                  { value: "write", label: "Write" },
                  { value: "preview", label: "Preview" },
                ]}
              />
            }
          >
            {view === "write" ? (
              <CodeEditor
                value={draft.statement}
                onChange={(statement) => change({ statement })}
                language="markdown"
                label="Statement"
                minHeight={360}
                maxHeight={560}
              />
            ) : (
              <div className={classes.preview}>
                {draft.statement.trim() === "" ? (
                  <Text size="sm" c="dimmed">
                    Nothing to preview yet.
                  </Text>
                ) : (
                  <Markdown text={draft.statement} />
                )}
              </div>
            )}
          </Section>
          <Section title="Solution" note="Plain Python, standard library only. A function or a whole program.">
            <CodeEditor
              value={draft.solution}
              onChange={(solution) => change({ solution })}
              language="python"
              label="Solution"
              minHeight={360}
              maxHeight={560}
            />
          </Section>
        </div>
        {action.error === null ? null : <ErrorNotice error={action.error} title="The problem could not be saved" />}
        {readiness === null ? null : <ReadinessNote readiness={readiness} bundled={false} />}
        <Group gap="sm" justify="flex-end">
          <Text component="output" size="sm" style={{ color: "var(--mantine-color-error)" }}>
            {tried && lacks.length > 0 ? `Still missing: ${lacks.join(" and ")}.` : ""}
          </Text>
          <Button variant="default" component={Link} href={paths.problems}>
            Back
          </Button>
          <Button variant={canStart ? "default" : "filled"} onClick={() => save(false)} loading={action.busy}>
            Save the problem
          </Button>
          {!canStart ? null : (
            <Button leftSection={<IconPlayerPlayFilled size={15} aria-hidden />} onClick={() => save(true)} loading={action.busy}>
              Make an environment
            </Button>
          )}
        </Group>
      </Stack>
    </>
  );
}

export function NewProblemPage() {
  const wanted = queryValue(useSearch(), "from");
  const loading = useLibrary((state) => state.load.status === "loading");
  const from = useLibrary((state) => state.problems.find(({ id }) => id === wanted)) ?? null;
  if (wanted !== null && loading) return <PageLoading title="Write a problem" />;
  return <Editor key={from?.id ?? ""} from={from} />;
}
