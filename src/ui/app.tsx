// Mantine lies in a cascade layer, so that the order in which chunks bring their styles cannot matter.
// oxlint-disable-next-line import/no-unassigned-import
import "@mantine/core/styles.layer.css";
// oxlint-disable-next-line import/no-unassigned-import
import "@mantine/notifications/styles.layer.css";
// oxlint-disable-next-line import/no-unassigned-import
import "./styles/global.css";
import { MantineProvider } from "@mantine/core";
import { useColorScheme } from "@mantine/hooks";
import { lazy, useEffect } from "react";
import { Redirect, Route, Router, Switch, useLocation } from "wouter";
import { loadPart } from "@/domain";
import { useSettings } from "@/ui/stores";
import { FocusProvider, warmCodeEditor, warmMarkdown } from "./components/index.ts";
import { paths } from "./text/index.ts";
import { hashHref, NotFound, PageBoundary, Shell, useHashPath, useHashSearch } from "./shell/index.ts";
import { cssVariables, theme } from "./theme.ts";

const load = {
  problems: () => loadPart(() => import("./problems/index.ts")),
  pipeline: () => loadPart(() => import("./pipeline/index.ts")),
  environments: () => loadPart(() => import("./environments/index.ts")),
  play: () => loadPart(() => import("./play/index.ts")),
  evaluate: () => loadPart(() => import("./evaluate/index.ts")),
  settings: () => loadPart(() => import("./settings/index.ts")),
  share: () => loadPart(() => import("./share/index.ts")),
};

/** Parts that pages fetch when they first show them. With these too, all that works without a network does. */
const parts = [warmCodeEditor, warmMarkdown];

const ProblemsPage = lazy(async () => ({ default: (await load.problems()).ProblemsPage }));
const ProblemPage = lazy(async () => ({ default: (await load.problems()).ProblemPage }));
const NewProblemPage = lazy(async () => ({ default: (await load.problems()).NewProblemPage }));
const PipelinePage = lazy(async () => ({ default: (await load.pipeline()).PipelinePage }));
const EnvironmentsPage = lazy(async () => ({ default: (await load.environments()).EnvironmentsPage }));
const EnvironmentPage = lazy(async () => ({ default: (await load.environments()).EnvironmentPage }));
const PlayPage = lazy(async () => ({ default: (await load.play()).PlayPage }));
const EvaluatePage = lazy(async () => ({ default: (await load.evaluate()).EvaluatePage }));
const SettingsPage = lazy(async () => ({ default: (await load.settings()).SettingsPage }));
const OpenPage = lazy(async () => ({ default: (await load.share()).OpenPage }));
const EmbedPage = lazy(async () => ({ default: (await load.share()).EmbedPage }));

/** The other pages' code is fetched once the first page stands, so that later ones open at once. */
function usePrefetch(wanted: boolean): void {
  useEffect(() => {
    if (!wanted) return undefined;
    const timer = setTimeout(() => {
      // A page that cannot be fetched now says so when it is opened.
      for (const part of [...Object.values(load), ...parts]) void part().catch(() => undefined);
    }, 2500);
    return () => clearTimeout(timer);
  }, [wanted]);
}

const EMBED = /^\/embed\/(?<payload>.*)$/;

// Ids may hold "/" and line ends, hence patterns that take all that follows.
function Pages() {
  return (
    <Switch>
      <Route path="/">
        <Redirect to={paths.problems} replace />
      </Route>
      <Route path="/problems">
        <ProblemsPage />
      </Route>
      <Route path={/^\/problems\/(?<id>.+)$/s}>
        <ProblemPage />
      </Route>
      <Route path="/new-problem">
        <NewProblemPage />
      </Route>
      <Route path="/pipeline">
        <PipelinePage />
      </Route>
      <Route path={/^\/pipeline\/(?<runId>.+)$/s}>
        <PipelinePage />
      </Route>
      <Route path="/environments">
        <EnvironmentsPage />
      </Route>
      <Route path={/^\/environments\/(?<id>.+)$/s}>
        <EnvironmentPage />
      </Route>
      <Route path="/play">
        <PlayPage />
      </Route>
      <Route path={/^\/play\/(?<environmentId>.+)$/s}>
        <PlayPage />
      </Route>
      <Route path="/open">
        <OpenPage />
      </Route>
      <Route path={/^\/open\/(?<payload>.*)$/}>
        <OpenPage />
      </Route>
      <Route path="/evaluate">
        <EvaluatePage />
      </Route>
      <Route path={/^\/evaluate\/(?<id>.+)$/s}>
        <EvaluatePage />
      </Route>
      <Route path="/settings">
        <SettingsPage />
      </Route>
      <Route>
        <NotFound />
      </Route>
    </Switch>
  );
}

/** A frame in somebody else's page has no room for header and footer; all else stands in the shell. */
function Screen() {
  const [path] = useLocation();
  const embedded = EMBED.test(path);
  usePrefetch(!embedded);
  return embedded ? (
    <PageBoundary path={path}>
      <Switch>
        <Route path={EMBED}>
          <EmbedPage />
        </Route>
      </Switch>
    </PageBoundary>
  ) : (
    <Shell>
      <Pages />
    </Shell>
  );
}

export function App() {
  const chosen = useSettings((state) => state.settings.colorScheme);
  const preferred = useColorScheme("light", { getInitialValueInEffect: false });
  return (
    <MantineProvider theme={theme} cssVariablesResolver={cssVariables} forceColorScheme={chosen === "auto" ? preferred : chosen}>
      {/* oxlint-disable-next-line react/hooks -- wouter takes its location hooks as values */}
      <Router hook={useHashPath} searchHook={useHashSearch} hrefs={hashHref}>
        <FocusProvider>
          <Screen />
        </FocusProvider>
      </Router>
    </MantineProvider>
  );
}
