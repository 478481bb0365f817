import { lazy, Suspense } from "react";
import { loadPart, type TextPlace } from "@/domain";
import classes from "./code-editor.module.css";

export type CodeMark = { line: number; severity: "error" | "warning"; message: string };

/** A marked stretch. Those of one group have a name and a colour together, and light up together. */
export type CodeSpan = TextPlace & { id: string; group: string; name: string; tone: number; /** There, but out of use. */ muted: boolean };

/** A mouse at rest must not take away what the keyboard points at: each is told of on its own. */
export type PointedBy = "mouse" | "focus";

export type CodeEditorProps = {
  value: string;
  onChange?: ((value: string) => void) | undefined;
  readOnly?: boolean | undefined;
  language: "python" | "json" | "text" | "markdown";
  /** Accessible name of the editor. */
  label: string;
  marks?: readonly CodeMark[] | undefined;
  /** They may nest and overlap; for texts that are not edited. */
  spans?: readonly CodeSpan[] | undefined;
  activeGroup?: string | null | undefined;
  /** The group under the mouse, or the one with the focus or the cursor; null: none. */
  onPoint?: ((by: PointedBy, group: string | null) => void) | undefined;
  /** 1-based; scrolled to and flashed whenever it changes. */
  revealLine?: number | null | undefined;
  /** Pixels. The editor grows with its text between the two. */
  minHeight?: number | undefined;
  maxHeight?: number | undefined;
};

export const LINE_HEIGHT = 20;
const PADDING = 16;
const FOOTER = 25;

const CodeMirrorView = lazy(() => loadPart(() => import("./code-mirror-view.tsx")));

/** CodeMirror, loaded when first shown. The placeholder has the height that the editor will have. */
export function CodeEditor(props: CodeEditorProps) {
  const { value, minHeight = 80, maxHeight = 560 } = props;
  const editable = props.readOnly !== true && props.onChange !== undefined;
  const lines = value === "" ? 1 : value.split("\n", 400).length;
  const height = Math.min(Math.max(lines * LINE_HEIGHT + PADDING, minHeight), maxHeight) + (editable ? FOOTER : 0) + 2;
  return (
    <Suspense fallback={<output className={classes.placeholder} style={{ height }} aria-label={`Loading ${props.label}`} />}>
      <CodeMirrorView {...props} minHeight={minHeight} maxHeight={maxHeight} />
    </Suspense>
  );
}
