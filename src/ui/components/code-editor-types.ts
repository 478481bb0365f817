import type { TextPlace } from "@/domain";

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
