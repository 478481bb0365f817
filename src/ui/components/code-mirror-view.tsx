import { useComputedColorScheme } from "@mantine/core";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { python } from "@codemirror/lang-python";
import { bracketMatching, HighlightStyle, indentOnInput, indentUnit, syntaxHighlighting } from "@codemirror/language";
import { type Diagnostic, lintGutter, lintKeymap, setDiagnostics } from "@codemirror/lint";
import { highlightSelectionMatches, search, searchKeymap } from "@codemirror/search";
import { Compartment, EditorState, type Extension } from "@codemirror/state";
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  highlightSpecialChars,
  keymap,
  lineNumbers,
} from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { useMediaQuery } from "@mantine/hooks";
import { useEffect, useEffectEvent, useRef } from "react";
import classes from "./code-editor.module.css";
import type { CodeEditorProps, CodeMark, CodeSpan, PointedBy } from "./code-editor-types.ts";
import { flashedLine, flashLine, markedLines, setMarkedLines } from "./code-mirror-marks.ts";
import { showSpans, spansExtension } from "./code-mirror-spans.ts";

const highlight = HighlightStyle.define([
  { tag: [tags.keyword, tags.operatorKeyword, tags.modifier], color: "var(--cg-code-keyword)" },
  { tag: [tags.string, tags.special(tags.string)], color: "var(--cg-code-string)" },
  { tag: [tags.number, tags.bool, tags.null, tags.escape], color: "var(--cg-code-number)" },
  { tag: [tags.comment], color: "var(--cg-code-comment)", fontStyle: "italic" },
  {
    tag: [tags.function(tags.variableName), tags.function(tags.propertyName), tags.className, tags.definition(tags.variableName)],
    color: "var(--cg-code-name)",
  },
  { tag: tags.meta, color: "var(--cg-code-number)" },
]);

function look(minHeight: number, maxHeight: number, dark: boolean): Extension {
  return EditorView.theme(
    {
      "&": { fontSize: "13px", color: "var(--mantine-color-text)", backgroundColor: "transparent" },
      "&.cm-focused": { outline: "none" },
      ".cm-scroller": {
        fontFamily: "var(--cg-mono)",
        lineHeight: "20px",
        minHeight: `${minHeight}px`,
        maxHeight: `${maxHeight}px`,
        overflow: "auto",
      },
      ".cm-content": { padding: "8px 0", caretColor: "var(--mantine-color-text)" },
      ".cm-line": { padding: "0 12px 0 8px" },
      ".cm-gutters": { backgroundColor: "transparent", color: "var(--mantine-color-dimmed)", border: "none", minHeight: `${minHeight}px` },
      ".cm-lineNumbers .cm-gutterElement": { padding: "0 6px 0 12px", minWidth: "34px" },
      ".cm-gutter-lint": { width: "14px" },
      ".cm-gutter-lint .cm-gutterElement": { padding: "2px 0 0 2px" },
      ".cm-lint-marker": { width: "12px", height: "12px", marginTop: "2px" },
      ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: "transparent" },
      "&.cm-focused .cm-activeLine, &.cm-focused .cm-activeLineGutter": { backgroundColor: "var(--cg-code-active)" },
      ".cm-cursor": { borderLeftColor: "var(--mantine-color-text)" },
      ".cm-selectionBackground, &.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground": {
        backgroundColor: "var(--cg-code-selection)",
      },
      ".cm-selectionMatch": { backgroundColor: "color-mix(in srgb, var(--mantine-primary-color-filled) 18%, transparent)" },
      ".cm-markedError": { backgroundColor: "var(--mantine-color-red-light) !important" },
      ".cm-markedWarning": { backgroundColor: "var(--mantine-color-yellow-light) !important" },
      ".cm-flashed": { animation: "cg-flash 1.6s ease-out" },
      "@keyframes cg-flash": { "0%, 40%": { backgroundColor: "var(--cg-code-selection)" }, "100%": { backgroundColor: "transparent" } },
      ".cm-tooltip": {
        border: "1px solid var(--mantine-color-default-border)",
        borderRadius: "7px",
        backgroundColor: "var(--mantine-color-body)",
        color: "var(--mantine-color-text)",
        overflow: "hidden",
        maxWidth: "min(480px, 90vw)",
      },
      ".cm-diagnostic": { padding: "6px 10px", whiteSpace: "pre-wrap" },
      ".cm-panels": { backgroundColor: "var(--cg-subtle)", color: "var(--mantine-color-text)", borderColor: "var(--cg-border)" },
      ".cm-panels.cm-panels-bottom": { borderTop: "1px solid var(--cg-border)" },
      ".cm-panel.cm-search": { padding: "8px 28px 8px 8px", fontFamily: "var(--mantine-font-family)" },
      ".cm-panel input, .cm-panel button": { fontSize: "12px", fontFamily: "inherit" },
      ".cm-textfield": {
        backgroundColor: "var(--mantine-color-body)",
        color: "inherit",
        border: "1px solid var(--mantine-color-default-border)",
        borderRadius: "5px",
        padding: "3px 6px",
      },
      ".cm-button": {
        backgroundImage: "none",
        backgroundColor: "var(--mantine-color-default)",
        color: "inherit",
        border: "1px solid var(--mantine-color-default-border)",
        borderRadius: "5px",
      },
    },
    { dark },
  );
}

function diagnosticsOf(state: EditorState, marks: readonly CodeMark[]): Diagnostic[] {
  return marks
    .filter((mark) => mark.line >= 1 && mark.line <= state.doc.lines)
    .map((mark) => {
      const line = state.doc.line(mark.line);
      const indent = /^\s*/.exec(line.text)?.[0].length ?? 0;
      return { from: line.from + indent, to: line.to, severity: mark.severity, message: mark.message };
    })
    .toSorted((a, b) => a.from - b.from);
}

const NO_MARKS: readonly CodeMark[] = [];
const NO_SPANS: readonly CodeSpan[] = [];

export default function CodeMirrorView({
  value,
  onChange,
  readOnly,
  language,
  label,
  marks = NO_MARKS,
  spans = NO_SPANS,
  activeGroup = null,
  onPoint,
  revealLine = null,
  minHeight = 80,
  maxHeight = 560,
}: CodeEditorProps) {
  const dark = useComputedColorScheme("light") === "dark";
  const fixed = readOnly === true || onChange === undefined;
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | null>(null);
  const parts = useRef({ look: new Compartment(), access: new Compartment(), language: new Compartment() });
  const changed = useEffectEvent((text: string) => onChange?.(text));
  const pointed = useEffectEvent((by: PointedBy, group: string | null) => onPoint?.(by, group));

  const lookNow = look(minHeight, maxHeight, dark);
  const accessNow: Extension = [
    EditorState.readOnly.of(fixed),
    EditorView.contentAttributes.of({ "aria-label": label, tabindex: "0", ...(fixed ? { "aria-readonly": "true" } : {}) }),
  ];
  // On a phone a name behind a long line would stand out of sight.
  const wrapped = useMediaQuery("(max-width: 48em)") === true && spans.length > 0;
  const languageNow: Extension = [
    language === "python" ? python() : [],
    wrapped || language === "text" || language === "markdown" ? EditorView.lineWrapping : [],
  ];

  const create = useEffectEvent((parent: HTMLDivElement) => {
    const { look: lookPart, access, language: languagePart } = parts.current;
    return new EditorView({
      parent,
      state: EditorState.create({
        doc: value,
        extensions: [
          lineNumbers(),
          lintGutter(),
          markedLines,
          flashedLine,
          spansExtension(pointed),
          highlightSpecialChars(),
          highlightActiveLine(),
          highlightActiveLineGutter(),
          history(),
          drawSelection(),
          indentOnInput(),
          indentUnit.of("    "),
          bracketMatching(),
          highlightSelectionMatches(),
          search({ top: false }),
          syntaxHighlighting(highlight),
          // Tab is left to the browser, so that the keyboard gets out; Mod-] and Mod-[ indent.
          keymap.of([...defaultKeymap, ...searchKeymap, ...historyKeymap, ...lintKeymap]),
          EditorView.updateListener.of((update) => {
            if (update.docChanged && !update.transactions.some((item) => item.isUserEvent("sync"))) changed(update.state.doc.toString());
          }),
          lookPart.of(lookNow),
          access.of(accessNow),
          languagePart.of(languageNow),
        ],
      }),
    });
  });

  useEffect(() => {
    if (host.current === null) return undefined;
    const made = create(host.current);
    view.current = made;
    return () => {
      view.current = null;
      made.destroy();
    };
  }, []);

  useEffect(() => {
    const { look: lookPart, access, language: languagePart } = parts.current;
    view.current?.dispatch({
      effects: [lookPart.reconfigure(lookNow), access.reconfigure(accessNow), languagePart.reconfigure(languageNow)],
    });
    // The three extensions are functions of these values.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [dark, minHeight, maxHeight, fixed, label, language, wrapped]);

  useEffect(() => {
    const current = view.current;
    if (current === null || current.state.doc.toString() === value) return;
    current.dispatch({ changes: { from: 0, to: current.state.doc.length, insert: value }, userEvent: "sync" });
  }, [value]);

  useEffect(() => {
    const current = view.current;
    if (current === null) return;
    current.dispatch({ effects: setMarkedLines.of(marks) });
    current.dispatch(setDiagnostics(current.state, diagnosticsOf(current.state, marks)));
  }, [marks, value]);

  useEffect(() => {
    view.current?.dispatch({ effects: showSpans.of({ spans, active: activeGroup }) });
  }, [spans, activeGroup, value]);

  useEffect(() => {
    const current = view.current;
    if (current === null || revealLine === null || revealLine < 1 || revealLine > current.state.doc.lines) return;
    const { from } = current.state.doc.line(revealLine);
    current.dispatch({ selection: { anchor: from }, effects: [EditorView.scrollIntoView(from, { y: "center" }), flashLine.of(from)] });
  }, [revealLine, value]);

  return (
    <div className={classes.frame}>
      <div ref={host} />
      {fixed ? null : (
        <div className={classes.hint} aria-hidden>
          <span>Tab leaves the editor</span>
          <span>Ctrl+] indents</span>
          <span>Ctrl+F finds</span>
        </div>
      )}
    </div>
  );
}
