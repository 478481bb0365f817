import { Code, Switch, Text, TextInput, UnstyledButton } from "@mantine/core";
import type { CSSProperties } from "react";
import type { CompileChoices, Variant } from "@/domain";
import type { PointedBy } from "../components/index.ts";
import {
  type Draft,
  nameFault,
  nameIn,
  type OffPiece,
  readersOf,
  ruleText,
  toolsOf,
  type ToolPieces,
  withName,
  withPiece,
} from "./solution-pieces.ts";
import classes from "./solution-section.module.css";

const TONES = 8;

/** What lights up a group while mouse or focus are in an element. */
function pointing(group: string, onPoint: (by: PointedBy, group: string | null) => void) {
  return {
    onMouseEnter: () => onPoint("mouse", group),
    onMouseLeave: () => onPoint("mouse", null),
    onFocus: () => onPoint("focus", group),
    onBlur: () => onPoint("focus", null),
  };
}

/** The first line of a piece, short enough for a list. */
function shortText(text: string): string {
  const [first = "", ...rest] = text.split("\n");
  return first.length > 48 || rest.length > 0 ? `${first.slice(0, 46).trimEnd()} …` : first;
}

type PlaceProps = { id: string; line: number; text: string; on: boolean; onSwitch: (on: boolean) => void; onLine: (line: number) => void };

function Place({ id, line, text, on, onSwitch, onLine }: PlaceProps) {
  const short = shortText(text);
  return (
    <div className={classes.place} data-off={!on || undefined} data-piece={id}>
      <Switch
        size="xs"
        checked={on}
        onChange={(event) => onSwitch(event.currentTarget.checked)}
        aria-label={`Line ${line}, ${short}: a tool`}
        classNames={{ track: classes.track ?? "" }}
      />
      <UnstyledButton className={classes.line} onClick={() => onLine(line)} aria-label={`Show line ${line}`}>
        {`line ${line}`}
      </UnstyledButton>
      <Code className={classes.excerpt ?? ""}>{short}</Code>
    </div>
  );
}

export type ToolListProps = {
  variant: Variant;
  /** Switched off before this compilation. */
  before: readonly OffPiece[];
  /** Of the run that is shown. */
  choices: CompileChoices;
  solution: string;
  draft: Draft;
  onDraft: (draft: Draft) => void;
  lit: string | null;
  onPoint: (by: PointedBy, tool: string | null) => void;
  onLine: (line: number) => void;
};

function ToolRow({
  tool,
  variant,
  choices,
  solution,
  draft,
  onDraft,
  lit,
  onPoint,
  onLine,
}: Omit<ToolListProps, "before"> & { tool: ToolPieces }) {
  const name = nameIn(draft, tool);
  const isOff = tool.pieces.every(({ id }) => draft.off.has(id));
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- it lights up what its own fields are about
    <li
      className={classes.tool}
      data-lit={lit === tool.tool || undefined}
      data-off={isOff || undefined}
      style={{ "--tone": `var(--cg-tone-${(tool.tone % TONES) + 1})` } as CSSProperties}
      {...pointing(tool.tool, onPoint)}
    >
      <TextInput
        size="xs"
        aria-label={`Name of the tool ${tool.tool}`}
        value={name}
        placeholder="as the compiler names it"
        maxLength={60}
        spellCheck={false}
        autoComplete="off"
        disabled={isOff}
        error={nameFault(draft, tool, variant, solution)}
        onChange={(event) => onDraft(withName(draft, tool, event.currentTarget.value, choices))}
        classNames={{ input: classes.name ?? "" }}
      />
      <Text size="xs" c="dimmed">
        {`From ${ruleText(tool.rule)}${tool.pieces.length === 1 ? "" : `, in ${tool.pieces.length} places`}`}
      </Text>
      {tool.pieces.map(({ id, line, text }) => (
        <Place
          key={id}
          id={id}
          line={line}
          text={text}
          on={!draft.off.has(id)}
          onSwitch={(on) => onDraft(withPiece(draft, id, on))}
          onLine={onLine}
        />
      ))}
    </li>
  );
}

/** The tools of a variant, beside the solution: from what each was made, with a switch and a name to change. */
export function ToolList(props: ToolListProps) {
  const { variant, before, draft, onDraft, lit, onPoint, onLine } = props;
  const readers = readersOf(variant);
  return (
    <ul className={classes.tools} aria-label="Tools from the solution">
      {toolsOf(variant).map((tool) => (
        <ToolRow key={tool.tool} tool={tool} {...props} />
      ))}
      {before.map(({ id, rule, line, text }) => (
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- as above
        <li key={id} className={classes.tool} data-lit={lit === id || undefined} data-off {...pointing(id, onPoint)}>
          <Text size="xs" c="dimmed">
            {`${draft.off.has(id) ? "Switched off" : "Comes back when compiled again"}: ${ruleText(rule)}`}
          </Text>
          <Place
            id={id}
            line={line}
            text={text}
            on={!draft.off.has(id)}
            onSwitch={(on) => onDraft(withPiece(draft, id, on))}
            onLine={onLine}
          />
        </li>
      ))}
      {readers.map((name) => (
        <li key={name} className={classes.reader}>
          <Code className={classes.excerpt ?? ""}>{name}</Code>
          <Text size="xs" c="dimmed">
            reads the hidden input, one part a call
          </Text>
        </li>
      ))}
      <li className={classes.reader}>
        <Text size="xs" c="dimmed">
          Observe (sizes and single values) and Done (takes the answer) are in every environment.
        </Text>
      </li>
    </ul>
  );
}
