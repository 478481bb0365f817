import { Anchor, Text } from "@mantine/core";
import type { ReactNode } from "react";
import { Link, useLocation } from "wouter";
import { PanelBoundary } from "../components/index.ts";
import { paths } from "../text/index.ts";
import { Logo } from "./logo.tsx";
import { PhoneNav, WideNav } from "./nav.tsx";
import { Notices } from "./notices.tsx";
import { PageBoundary } from "./page-boundary.tsx";
import { ProfileMenu } from "./profile-menu.tsx";
import { PythonNotice } from "./python-notice.tsx";
import { SandboxChip } from "./sandbox-chip.tsx";
import { SchemeToggle } from "./scheme-toggle.tsx";
import classes from "./shell.module.css";
import { StorageNotice } from "./storage-notice.tsx";
import { APP_NAME, usePageFocus } from "./use-page-focus.ts";

/** What stays while pages come and go: header, notices, main landmark, footer. */
export function Shell({ children }: { children: ReactNode }) {
  const [path] = useLocation();
  usePageFocus();
  return (
    <div className={classes.frame}>
      <a
        href="#main"
        className={classes.skip}
        onClick={(event) => {
          // The hash is the route: the jump is made by hand.
          event.preventDefault();
          document.querySelector("main")?.focus();
        }}
      >
        Skip to the content
      </a>
      <header className={classes.header}>
        <div className={classes.bar}>
          <Link href={paths.problems} className={classes.brand} aria-label={`${APP_NAME}, start`}>
            <Logo />
            <span className={classes.brandText}>
              CodeGym <span className={classes.brandLight}>Playground</span>
            </span>
          </Link>
          <WideNav />
          <div className={classes.tools}>
            <PanelBoundary>
              <ProfileMenu />
              <SandboxChip />
              <SchemeToggle />
              <PhoneNav />
            </PanelBoundary>
          </div>
        </div>
      </header>
      <PanelBoundary>
        <StorageNotice />
        <PythonNotice />
      </PanelBoundary>
      <main id="main" tabIndex={-1} className={classes.main}>
        <PageBoundary path={path}>{children}</PageBoundary>
      </main>
      <footer className={classes.footer}>
        <Text size="xs" c="dimmed">
          Runs wholly in this browser. Only calls to the model you choose leave it.
        </Text>
        <Text size="xs" c="dimmed">
          After{" "}
          <Anchor href="https://arxiv.org/abs/2509.17325" target="_blank" rel="noopener noreferrer" inherit underline="always">
            Generalizable End-to-End Tool-Use RL with Synthetic CodeGym
          </Anchor>
        </Text>
      </footer>
      <Notices />
    </div>
  );
}
