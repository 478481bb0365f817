import { Component, type ReactNode } from "react";
import { type ErrorData, errorData } from "@/domain";
import { ErrorNotice } from "./error-notice.tsx";

/**
 * What translates a page, and some extensions, put elements of their own around text that React keeps changing; the next
 * change then fails in the DOM (react#11538). Nothing of ours is wrong then: the panel is mounted again.
 */
function isForeignDom(error: unknown): boolean {
  return error instanceof DOMException && (error.name === "NotFoundError" || error.name === "HierarchyRequestError");
}

/** Past this many something else is wrong. */
const MAX_MOUNTS = 50;

type State = { error: ErrorData | null; foreign: boolean; mounts: number };

/** One panel fails by itself. `title`: above what it says then; without one, what is no matter of the DOM goes on to the page's boundary. */
export class PanelBoundary extends Component<{ title?: string; children: ReactNode }, State> {
  override state: State = { error: null, foreign: false, mounts: 0 };
  static getDerivedStateFromError(error: unknown): Partial<State> {
    return { error: errorData(error), foreign: isForeignDom(error) };
  }
  override componentDidCatch(error: unknown): void {
    if (isForeignDom(error))
      this.setState(({ mounts }) =>
        mounts < MAX_MOUNTS ? { error: null, foreign: false, mounts: mounts + 1 } : { error: errorData(error), foreign: false, mounts },
      );
    else if (this.props.title === undefined)
      this.setState(() => {
        throw error;
      });
  }
  override render(): ReactNode {
    const { error, foreign, mounts } = this.state;
    if (error === null) {
      return (
        // An element of its own can be taken out, whatever became of the text in it.
        <div key={mounts} style={{ display: "contents" }}>
          {this.props.children}
        </div>
      );
    }
    return foreign || this.props.title === undefined ? null : <ErrorNotice error={error} title={this.props.title} />;
  }
}
