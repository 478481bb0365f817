import { Anchor, Group, Text } from "@mantine/core";
import type { ReactNode } from "react";
import { Link, useLocation } from "wouter";
import { type Environment, fileNameOf, type Tally, tallyCostText } from "@/domain";
import { useLibrary, useRuns } from "@/ui/stores";
import { ConfirmButton, Facts, Section } from "../components/index.ts";
import { formatCount, formatDate, formatTokens, NOT_KNOWN, paths } from "../text/index.ts";
import classes from "./provenance-tab.module.css";

/** One model, or one for each role where they differ: "designer: x · solver: y". */
function Models({ models, recorded }: { models: readonly string[]; recorded: boolean }) {
  return (
    <>
      {models.length === 0 ? NOT_KNOWN : models.map((model) => <div key={model}>{model}</div>)}
      {recorded ? "Replies recorded beforehand; all checks made here" : null}
    </>
  );
}

/** What the compiler made into tools. */
function Rules({ rules }: { rules: readonly string[] }) {
  if (rules.length === 0) return NOT_KNOWN;
  return (
    <ul className={classes.rules}>
      {rules.map((rule) => (
        <li key={rule}>{rule}</li>
      ))}
    </ul>
  );
}

function spentText(spent: Tally): string {
  const tokens = `${formatTokens(spent.inputTokens)} tokens in, ${formatTokens(spent.outputTokens)} out`;
  return `${tallyCostText(spent)} for ${formatCount(spent.replies, "reply", "replies")} (${tokens})`;
}

/** Where it came from, with ways back to the problem and the run. */
export function ProvenanceTab({ environment }: { environment: Environment }) {
  const { provenance } = environment;
  const removeEnvironments = useLibrary((state) => state.removeEnvironments);
  const [, navigate] = useLocation();
  const problem = useLibrary((state) => state.problems.find((item) => item.id === provenance.problemId));
  const run = useRuns((state) => state.runs.find((item) => item.id === provenance.runId));
  const models = [...new Set((provenance.model ?? "").split(" · "))].filter((model) => model !== "");
  const rows: [string, ReactNode][] = [
    ["Origin", provenance.fromLink === true ? "from a link" : provenance.source === "imported" ? "imported" : "made here from a problem"],
    ["Added", formatDate(environment.addedAt)],
    ["File", <code key="file">{provenance.fileName ?? fileNameOf(environment)}</code>],
  ];
  if (provenance.source === "synthesis") {
    rows.push(
      [
        "Problem",
        problem === undefined ? (
          (provenance.problemId ?? NOT_KNOWN)
        ) : (
          <Anchor key="problem" component={Link} href={paths.problem(problem.id)} inherit>
            {problem.title}
          </Anchor>
        ),
      ],
      [
        "Run",
        run === undefined ? (
          "no longer here"
        ) : (
          <Anchor key="run" component={Link} href={paths.run(run.id)} inherit>
            {formatDate(run.startedAt)}
          </Anchor>
        ),
      ],
      ...(provenance.rules === undefined
        ? ([
            [models.length > 1 ? "Models" : "Model", <Models key="models" models={models} recorded={provenance.recorded === true} />],
            ["Prompts", provenance.promptVersion ?? NOT_KNOWN],
          ] satisfies [string, ReactNode][])
        : ([
            ["Written by", "the built-in compiler, from the solution; no model"],
            ["Rules", <Rules key="rules" rules={provenance.rules} />],
          ] satisfies [string, ReactNode][])),
      ...(provenance.spent === undefined ? [] : [["Cost", spentText(provenance.spent)] satisfies [string, ReactNode]]),
    );
  }
  return (
    <Section title="Where it came from">
      <Facts rows={rows} />
      {environment.status === "verified" ? null : (
        <Text size="sm" c="dimmed" mt="md">
          Where it came from says nothing about whether it works: only the gates do.
        </Text>
      )}
      <Group mt="lg">
        <ConfirmButton
          size="xs"
          title="Remove this environment?"
          question={`${environment.className}, its report and the episodes played in it are removed from this device.`}
          confirm="Remove"
          onConfirm={async () => {
            await removeEnvironments([environment.id]);
            navigate(paths.environments);
          }}
        >
          Remove this environment
        </ConfirmButton>
      </Group>
    </Section>
  );
}
