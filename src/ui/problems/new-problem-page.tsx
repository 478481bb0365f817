import { Button, Group, SegmentedControl, Stack, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { Link, useLocation } from "wouter";
import { titleOf } from "@/domain";
import { useLibrary } from "@/ui/stores";
import { CodeEditor, ErrorNotice, Markdown, PageHeader, paths, Section, useAction } from "../components/index.ts";
import classes from "./problems.module.css";

type Draft = { title: string; statement: string; solution: string };
const EMPTY: Draft = { title: "", statement: "", solution: "" };

/** Survives a look at another page; gone with the tab. */
let kept: Draft = EMPTY;

function missing(draft: Draft): string[] {
  return [...(draft.statement.trim() === "" ? ["a statement"] : []), ...(draft.solution.trim() === "" ? ["a solution"] : [])];
}

export function NewProblemPage() {
  const addProblem = useLibrary((state) => state.addProblem);
  const [, navigate] = useLocation();
  const [draft, setDraft] = useState(kept);
  const [view, setView] = useState<"write" | "preview">("write");
  const [tried, setTried] = useState(false);
  const action = useAction();
  const lacks = missing(draft);

  const change = (part: Partial<Draft>): void => {
    kept = { ...draft, ...part };
    setDraft(kept);
  };

  const save = (): void => {
    setTried(true);
    if (lacks.length > 0) return;
    action.run(async () => {
      const title = draft.title.trim() === "" ? titleOf(draft.statement, "Untitled problem") : draft.title.trim();
      const problem = await addProblem({ ...draft, title });
      kept = EMPTY;
      navigate(paths.problem(problem.id));
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
        <TextInput label="Title" description="Left empty, the first sentence of the statement is taken." value={draft.title} onChange={(event) => change({ title: event.currentTarget.value })} maxLength={200} maw={560} />
        <div className={classes.pair}>
          <Section
            title="Statement"
            note="Markdown; formulas between dollar signs."
            aside={
              <SegmentedControl size="xs" aria-label="Statement view" value={view} onChange={(value) => setView(value === "preview" ? "preview" : "write")} data={[{ value: "write", label: "Write" }, { value: "preview", label: "Preview" }]} />
            }
          >
            {view === "write" ? (
              <CodeEditor value={draft.statement} onChange={(statement) => change({ statement })} language="markdown" label="Statement" minHeight={360} maxHeight={560} />
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
            <CodeEditor value={draft.solution} onChange={(solution) => change({ solution })} language="python" label="Solution" minHeight={360} maxHeight={560} />
          </Section>
        </div>
        {action.error === null ? null : <ErrorNotice error={action.error} title="The problem could not be kept" />}
        <Group gap="sm" justify="flex-end">
          <Text component="output" size="sm" style={{ color: "var(--mantine-color-error)" }}>
            {tried && lacks.length > 0 ? `Still missing: ${lacks.join(" and ")}.` : ""}
          </Text>
          <Button variant="default" component={Link} href={paths.problems}>
            Back
          </Button>
          <Button onClick={save} loading={action.busy}>
            Keep the problem
          </Button>
        </Group>
      </Stack>
    </>
  );
}
