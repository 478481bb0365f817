import { Center, Loader } from "@mantine/core";
import { Component, type ReactNode, Suspense } from "react";
import { type ErrorData, errorData } from "@/domain";
import { ErrorNotice, PanelBoundary } from "../components/index.ts";
import classes from "./page-boundary.module.css";

type State = { error: ErrorData | null; at: string };

/** A page that throws or cannot be loaded leaves the rest of the app in use; another page clears the error. */
class CatchPage extends Component<{ path: string; children: ReactNode }, State> {
  override state: State = { error: null, at: this.props.path };
  static getDerivedStateFromError(error: unknown): Partial<State> {
    return { error: errorData(error) };
  }
  static getDerivedStateFromProps(props: { path: string }, state: State): Partial<State> | null {
    return props.path === state.at ? null : { error: null, at: props.path };
  }
  override render(): ReactNode {
    if (this.state.error === null) return this.props.children;
    return (
      <>
        <h1 className={classes.errorTitle}>This page could not be shown</h1>
        <ErrorNotice error={this.state.error} title="Nothing of yours is lost" onRetry={() => window.location.reload()} />
      </>
    );
  }
}

export function PageBoundary({ path, children }: { path: string; children: ReactNode }) {
  return (
    <CatchPage path={path}>
      <Suspense
        fallback={
          <Center mih="50vh">
            <Loader aria-label="Loading the page" />
          </Center>
        }
      >
        <PanelBoundary key={path}>{children}</PanelBoundary>
      </Suspense>
    </CatchPage>
  );
}
