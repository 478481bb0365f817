import { Component, lazy, type ReactNode, Suspense, useEffect, useState } from "react";
import { loadPart } from "@/domain";
import type { Formatted, PlainReason } from "./format.ts";
import { formattedBefore, requestFormat, warmFormatter } from "./formatter.ts";
import classes from "./markdown.module.css";
import { PlainText } from "./plain-text.tsx";

const loadView = () => loadPart(() => import("./markdown-view.tsx"));
const MarkdownView = lazy(loadView);

/** Fetches the parser and what draws its slices before they are needed. */
export async function warmMarkdown(): Promise<void> {
  await Promise.all([loadView(), warmFormatter()]);
}

/** A missing parser is the network's affair, and nothing that the text could be blamed for. */
const NOTES: Record<PlainReason, string | null> = {
  "too-large": "This text is too large to format. It is shown as it was written.",
  "too-slow": "This text takes too long to format. It is shown as it was written.",
  unavailable: null,
};

/** What cannot be drawn is shown as it was written. */
class PlainOnError extends Component<{ text: string; children: ReactNode }, { failedText: string | null }> {
  override state: { failedText: string | null } = { failedText: null };
  static getDerivedStateFromError(): { failedText: string | null } {
    return { failedText: "" };
  }
  override componentDidCatch(): void {
    this.setState({ failedText: this.props.text });
  }
  override render(): ReactNode {
    const { failedText } = this.state;
    if (failedText !== null && (failedText === "" || failedText === this.props.text)) return <PlainText text={this.props.text} />;
    return this.props.children;
  }
}

function useFormatted(text: string): Formatted | null {
  const [last, setLast] = useState<{ text: string; formatted: Formatted } | null>(null);
  const known = last?.text === text ? last.formatted : formattedBefore(text);
  useEffect(() => (known === undefined ? requestFormat(text, (formatted) => setLast({ text, formatted })) : undefined), [text, known]);
  return known ?? null;
}

/**
 * Markdown with tables and math. Raw HTML stays text, images become links, nothing is loaded from elsewhere. It is
 * parsed in a worker and drawn in slices, so that no text stops the page.
 */
export function Markdown({ text }: { text: string }) {
  const formatted = useFormatted(text);
  if (formatted?.kind !== "slices") {
    const note = formatted === null ? null : NOTES[formatted.reason];
    return (
      <div data-text-state={formatted === null ? "coming" : "shown"}>
        {note === null ? null : <p className={classes.note}>{note}</p>}
        <PlainText key={text} text={text} />
      </div>
    );
  }
  return (
    <PlainOnError text={text}>
      <Suspense fallback={<PlainText text={text} />}>
        <MarkdownView key={text} slices={formatted.slices} />
      </Suspense>
    </PlainOnError>
  );
}
