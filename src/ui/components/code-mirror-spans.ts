import { type EditorState, type Extension, type Range, StateEffect, StateField, type Text } from "@codemirror/state";
import { Decoration, type DecorationSet, EditorView, WidgetType } from "@codemirror/view";
import { segmentsOf, type Span } from "@/domain";
import type { CodeSpan, PointedBy } from "./code-editor-types.ts";

/** Marked stretches of the text, each in the colour of what it belongs to, with its name behind the line where it begins. */
type Shown = { spans: readonly CodeSpan[]; active: string | null };
export const showSpans = StateEffect.define<Shown>();

const TONES = 8;
const toneClass = (tone: number): string => `cm-tone${(tone % TONES) + 1}`;
/** What mouse and keyboard find on an element, the innermost group last. */
const GROUPS = "data-groups";

class NameWidget extends WidgetType {
  constructor(
    readonly span: CodeSpan,
    readonly active: boolean,
  ) {
    super();
  }

  override eq(other: NameWidget): boolean {
    return this.active === other.active && this.span.name === other.span.name && this.isLike(other);
  }

  private isLike({ span }: NameWidget): boolean {
    return this.span.group === span.group && this.span.tone === span.tone && this.span.muted === span.muted && this.span.line === span.line;
  }

  toDOM(): HTMLElement {
    const button = document.createElement("button");
    button.type = "button";
    button.setAttribute(GROUPS, this.span.group);
    this.write(button);
    return button;
  }

  /** In place: a name that has the focus keeps it while it lights up. */
  override updateDOM(button: HTMLElement, _view: EditorView, from?: WidgetType): boolean {
    if (!(from instanceof NameWidget) || !this.isLike(from)) return false;
    this.write(button);
    return true;
  }

  private write(button: HTMLElement): void {
    const { name, muted, tone, line } = this.span;
    button.className = `cm-spanName ${toneClass(tone)}${muted ? " cm-spanMuted" : ""}${this.active ? " cm-spanActive" : ""}`;
    button.textContent = name;
    button.setAttribute("aria-label", `${name}, line ${line}${muted ? ", switched off" : ""}`);
  }

  override ignoreEvent(): boolean {
    return false;
  }
}

function offsetsOf(doc: Text, span: CodeSpan): Span | null {
  if (span.line < 1 || span.endLine > doc.lines) return null;
  const [first, last] = [doc.line(span.line), doc.line(span.endLine)];
  return { id: span.id, from: Math.min(first.from + span.column, first.to), to: Math.min(last.from + span.endColumn, last.to) };
}

function marksOf(doc: Text, { spans, active }: Shown): Range<Decoration>[] {
  const byId = new Map(spans.map((span) => [span.id, span]));
  return segmentsOf(spans.flatMap((span) => offsetsOf(doc, span) ?? [])).map(({ from, to, ids }) => {
    const stack = ids.flatMap((id) => byId.get(id) ?? []);
    const lit = stack.find(({ group }) => group === active);
    const shown = lit ?? stack.findLast(({ muted }) => !muted) ?? stack.at(-1);
    const look = shown === undefined ? "" : `${toneClass(shown.tone)}${shown.muted ? " cm-spanMuted" : ""}`;
    return Decoration.mark({
      class: `cm-span ${look}${lit === undefined ? "" : " cm-spanActive"}`,
      attributes: { [GROUPS]: stack.map(({ group }) => group).join(" "), title: stack.map(({ name }) => name).join(" › ") },
    }).range(from, to);
  });
}

function namesOf(doc: Text, { spans, active }: Shown): Range<Decoration>[] {
  const places = new Map<string, CodeSpan>();
  for (const span of spans) if (span.line >= 1 && span.line <= doc.lines) places.set(`${span.line} ${span.group}`, span);
  return [...places.values()]
    .toSorted((a, b) => a.line - b.line || a.column - b.column)
    .map((span, index) =>
      Decoration.widget({ widget: new NameWidget(span, span.group === active), side: 1 + index }).range(doc.line(span.line).to),
    );
}

const shownSpans = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(decorations, transaction) {
    let next = decorations.map(transaction.changes);
    for (const effect of transaction.effects) {
      if (effect.is(showSpans))
        next = Decoration.set([...marksOf(transaction.state.doc, effect.value), ...namesOf(transaction.state.doc, effect.value)], true);
    }
    return next;
  },
  provide: (field) => EditorView.decorations.from(field),
});

function groupAt(target: EventTarget | null): string | null {
  const marked = target instanceof Element ? target.closest(`[${GROUPS}]`) : null;
  return marked?.getAttribute(GROUPS)?.split(" ").at(-1) ?? null;
}

/** The group whose stretch the cursor is in: for those who walk through the text by keyboard. */
function groupOf(state: EditorState): string | null {
  let group: string | null = null;
  const { head } = state.selection.main;
  state.field(shownSpans).between(head, head, (_from, _to, { spec }) => {
    const groups: unknown = spec.attributes?.[GROUPS];
    if (typeof groups === "string") group = groups.split(" ").at(-1) ?? null;
  });
  return group;
}

const look = EditorView.baseTheme({
  ".cm-span": {
    backgroundColor: "color-mix(in srgb, var(--tone) 11%, transparent)",
    boxShadow: "inset 0 -2px 0 var(--tone)",
    borderRadius: "2px",
  },
  ".cm-span.cm-spanActive": { backgroundColor: "color-mix(in srgb, var(--tone) 24%, transparent)" },
  ".cm-span.cm-spanMuted": { backgroundColor: "transparent", boxShadow: "none", borderBottom: "1px dashed var(--mantine-color-dimmed)" },
  ".cm-spanName": {
    marginLeft: "10px",
    padding: "0 6px",
    border: "1px solid color-mix(in srgb, var(--tone) 45%, transparent)",
    borderRadius: "5px",
    backgroundColor: "color-mix(in srgb, var(--tone) 9%, var(--mantine-color-body))",
    color: "var(--tone)",
    font: "inherit",
    fontSize: "11.5px",
    lineHeight: "16px",
    cursor: "default",
  },
  ".cm-spanName.cm-spanActive": { borderColor: "var(--tone)", backgroundColor: "var(--tone)", color: "var(--mantine-color-body)" },
  ".cm-spanName.cm-spanMuted, .cm-spanName.cm-spanMuted.cm-spanActive": {
    borderColor: "var(--mantine-color-dimmed)",
    borderStyle: "dashed",
    backgroundColor: "transparent",
    color: "var(--mantine-color-dimmed)",
    textDecoration: "line-through",
  },
  ...Object.fromEntries(Array.from({ length: TONES }, (_, tone) => [`.${toneClass(tone)}`, { "--tone": `var(--cg-tone-${tone + 1})` }])),
});

/** `onPoint`: the group under the mouse; the one with the focus or at the cursor; null when there is none any more. */
export function spansExtension(onPoint: (by: PointedBy, group: string | null) => void): Extension {
  return [
    shownSpans,
    look,
    EditorView.domEventHandlers({
      mouseover: (event) => onPoint("mouse", groupAt(event.target)),
      mouseleave: () => onPoint("mouse", null),
      focusin: (event) => onPoint("focus", groupAt(event.target)),
      focusout: () => onPoint("focus", null),
    }),
    EditorView.updateListener.of(({ selectionSet, state, view }) => {
      // A name that has the focus stays lit wherever the cursor is.
      if (selectionSet && view.hasFocus && document.activeElement === view.contentDOM) onPoint("focus", groupOf(state));
    }),
  ];
}
