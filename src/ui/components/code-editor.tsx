import { lazy, Suspense } from "react";
import { loadPart } from "@/domain";
import type { CodeEditorProps } from "./code-editor-types.ts";
import classes from "./code-editor.module.css";

const LINE_HEIGHT = 20;
const PADDING = 16;
const FOOTER = 25;

const loadView = () => loadPart(() => import("./code-mirror-view.tsx"));
const CodeMirrorView = lazy(loadView);

/** Fetches CodeMirror before it is needed. */
export async function warmCodeEditor(): Promise<void> {
  await loadView();
}

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
