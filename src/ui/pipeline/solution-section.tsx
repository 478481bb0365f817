import { Button, Group, Stack, Text } from "@mantine/core";
import { IconArrowBackUp, IconRefresh } from "@tabler/icons-react";
import { useCallback, useMemo, useState } from "react";
import { useLocation } from "wouter";
import type { Compiled, Problem, RunView } from "@/domain";
import { CodeEditor, ErrorNotice, type PointedBy, Section, useAction } from "../components/index.ts";
import { paths } from "../text/index.ts";
import { useRuns } from "@/ui/stores";
import { RefusalNotice } from "./refusal-notice.tsx";
import { choicesOf, draftOf, isSame, nameFault, offPieces, spansOf, toolsOf } from "./solution-pieces.ts";
import classes from "./solution-section.module.css";
import { ToolList } from "./tool-list.tsx";
import { VariantPicker } from "./variant-picker.tsx";

type PiecesProps = { view: RunView; problem: Problem; compiled: Compiled; active: boolean };

/** The variant that the run decided for, else the one that is tried first. */
function firstShown({ candidates }: RunView): number {
  return (
    (
      candidates.find(({ variant, status }) => variant !== null && status === "verified") ??
      candidates.find(({ variant }) => variant !== null)
    )?.variant ?? 0
  );
}

function Pieces({ view, problem, compiled, active }: PiecesProps) {
  const start = useRuns((state) => state.start);
  const [, navigate] = useLocation();
  const action = useAction();
  const { choices } = view;
  const { solution } = problem;
  const { variants, coverage, warnings } = compiled;
  // Null follows the run.
  const [chosen, setChosen] = useState<number | null>(null);
  const [draft, setDraft] = useState(() => draftOf(choices));
  const [pointed, setPointed] = useState<Record<PointedBy, string | null>>({ mouse: null, focus: null });
  const [line, setLine] = useState<number | null>(null);
  const lit = pointed.mouse ?? pointed.focus;
  const point = useCallback(
    (by: PointedBy, group: string | null): void => setPointed((now) => (now[by] === group ? now : { ...now, [by]: group })),
    [],
  );
  const number = chosen ?? firstShown(view);
  const variant = variants[number] ?? variants[0];
  const before = useMemo(() => offPieces(choices, variants, solution), [choices, variants, solution]);
  const spans = useMemo(() => (variant === undefined ? [] : spansOf(variant, draft, before, solution)), [variant, draft, before, solution]);
  // The variant in sight first: its fields say what is wrong.
  const wrong = [...(variant === undefined ? [] : [variant]), ...variants].find((item) =>
    toolsOf(item).some((tool) => nameFault(draft, tool, item, solution) !== null),
  );
  const unchanged = isSame(draft, choices);
  if (variant === undefined) return null;

  const again = (): void =>
    action.run(async () => {
      navigate(paths.run(await start(problem.id, { choices: choicesOf(draft), synthesizer: "compiler" })));
    });

  return (
    <Stack gap="md">
      <VariantPicker view={view} variants={variants} chosen={number} onChoose={setChosen} />
      <div className={classes.picture}>
        <CodeEditor
          value={solution.trimEnd()}
          readOnly
          language="python"
          label="Solution, with the pieces that became tools"
          spans={spans}
          activeGroup={lit}
          onPoint={point}
          revealLine={line}
          maxHeight={620}
        />
        <ToolList
          variant={variant}
          before={before}
          choices={choices}
          solution={solution}
          draft={draft}
          onDraft={setDraft}
          lit={lit}
          onPoint={point}
          onLine={setLine}
        />
      </div>
      <ul className={classes.notes}>
        <li>{`The configurations run ${Math.round(coverage * 100)} % of the solution's lines.`}</li>
        {warnings.map((warning) => (
          <li key={warning}>{`Warning: ${warning}.`}</li>
        ))}
      </ul>
      <Group gap="xs">
        <Button
          leftSection={<IconRefresh size={16} />}
          disabled={active || unchanged || wrong !== undefined}
          loading={action.busy}
          onClick={again}
        >
          Compile again
        </Button>
        <Button
          variant="default"
          leftSection={<IconArrowBackUp size={16} />}
          disabled={unchanged}
          onClick={() => setDraft(draftOf(choices))}
        >
          Undo the changes
        </Button>
        <Text size="sm" c="dimmed" component="output" className={classes.footnote ?? ""}>
          {wrong !== undefined
            ? `A name is not right yet${wrong === variant ? "" : `, in “${wrong.name}”`}.`
            : unchanged
              ? "Switch pieces off or rename tools, then compile again: a new run, with all gates."
              : active
                ? "Possible when this run has ended."
                : view.synthesizer === "both"
                  ? "A new run, with all gates. The compiler alone: no model is asked."
                  : "A new run, with all gates."}
        </Text>
      </Group>
      {action.error !== null && <ErrorNotice error={action.error} title="The run could not start" />}
    </Stack>
  );
}

export type SolutionSectionProps = { view: RunView; active: boolean };

/** What the compiler made of the solution: which pieces became tools, in each of its variants, or why there are none. */
export function SolutionSection({ view, active }: SolutionSectionProps) {
  const { compilation, problem } = view;
  if (compilation === null || problem === null) return null;
  if ("refused" in compilation) {
    return (
      <Section title="From the solution" note="The built-in compiler cuts a solution into tools by rules. This one it does not take.">
        <RefusalNotice refusal={compilation.refused} problem={problem} modelWrites={view.synthesizer === "both"} />
      </Section>
    );
  }
  return (
    <Section
      title="From the solution"
      note="The built-in compiler cut the solution by rules. What is marked became a tool: an agent has to call it, since the data behind it is hidden."
    >
      <Pieces view={view} problem={problem} compiled={compilation} active={active} />
    </Section>
  );
}
