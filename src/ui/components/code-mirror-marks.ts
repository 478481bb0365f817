import { StateEffect, StateField } from "@codemirror/state";
import { Decoration, type DecorationSet, EditorView } from "@codemirror/view";
import type { CodeMark } from "./code-editor-types.ts";

/** Line backgrounds beside the lint marks: a whole line stands out, and one is flashed when it is revealed. */
export const setMarkedLines = StateEffect.define<readonly CodeMark[]>();
export const flashLine = StateEffect.define<number>();

const errorLine = Decoration.line({ class: "cm-markedError" });
const warningLine = Decoration.line({ class: "cm-markedWarning" });
const flash = Decoration.line({ class: "cm-flashed" });

export const markedLines = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(lines, transaction) {
    let next = lines.map(transaction.changes);
    for (const effect of transaction.effects) {
      if (!effect.is(setMarkedLines)) continue;
      const { doc } = transaction.state;
      const worst = new Map<number, CodeMark["severity"]>();
      for (const mark of effect.value) {
        if (mark.line < 1 || mark.line > doc.lines) continue;
        if (worst.get(mark.line) !== "error") worst.set(mark.line, mark.severity);
      }
      next = Decoration.set(
        [...worst].map(([line, severity]) => (severity === "error" ? errorLine : warningLine).range(doc.line(line).from)),
        true,
      );
    }
    return next;
  },
  provide: (field) => EditorView.decorations.from(field),
});

export const flashedLine = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(lines, transaction) {
    let next = transaction.docChanged ? Decoration.none : lines;
    for (const effect of transaction.effects) if (effect.is(flashLine)) next = Decoration.set([flash.range(effect.value)]);
    return next;
  },
  provide: (field) => EditorView.decorations.from(field),
});
