import { Component, lazy, type ReactNode, Suspense } from "react";
import { loadPart } from "@/domain";
import classes from "./markdown.module.css";

const MarkdownView = lazy(() => loadPart(() => import("./markdown-view.tsx")));

/** Past this a statement is cut: no real one is near it, and hostile ones would freeze the page. */
const MAX_CHARS = 200_000;

function Plain({ text }: { text: string }) {
  return <div className={classes.plain}>{text}</div>;
}

/** Deeply nested or malformed text can throw while it is parsed: it is then shown as it was written. */
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
    if (failedText !== null && (failedText === "" || failedText === this.props.text)) return <Plain text={this.props.text} />;
    return this.props.children;
  }
}

/** Markdown with tables and math. Raw HTML stays text, images become links, nothing is loaded from elsewhere. */
export function Markdown({ text }: { text: string }) {
  const shown = text.length > MAX_CHARS ? text.slice(0, MAX_CHARS) : text;
  return (
    <PlainOnError text={shown}>
      <Suspense fallback={<Plain text={shown} />}>
        <MarkdownView text={shown} />
      </Suspense>
      {shown.length < text.length ? <p className={classes.cut}>{`The text goes on for ${(text.length - shown.length).toLocaleString()} more characters, which are not shown.`}</p> : null}
    </PlainOnError>
  );
}
