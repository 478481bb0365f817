import { Drawer, UnstyledButton, VisuallyHidden } from "@mantine/core";
import {
  IconBox,
  IconChartBar,
  IconListDetails,
  IconMenu2,
  IconPlayerPlay,
  IconRoute,
  IconSettings,
  type TablerIcon,
} from "@tabler/icons-react";
import { useState } from "react";
import { Link, useLocation } from "wouter";
import { useEvaluations, useRuns } from "@/ui/stores";
import { formatCount, paths } from "../text/index.ts";
import classes from "./nav.module.css";

const PAGES: readonly { path: string; name: string; Icon: TablerIcon }[] = [
  { path: paths.problems, name: "Problems", Icon: IconListDetails },
  { path: paths.pipeline, name: "Pipeline", Icon: IconRoute },
  { path: paths.environments, name: "Environments", Icon: IconBox },
  { path: paths.play, name: "Play", Icon: IconPlayerPlay },
  { path: paths.evaluate, name: "Evaluate", Icon: IconChartBar },
  { path: paths.settings, name: "Settings", Icon: IconSettings },
];

function NavLinks({ className, onFollow }: { className: string | undefined; onFollow?: () => void }) {
  const [location] = useLocation();
  const runs = useRuns((state) => state.active.size);
  const evaluations = useEvaluations((state) => state.active.size);
  const underWay: Readonly<Record<string, string | null>> = {
    [paths.pipeline]: runs === 0 ? null : `${formatCount(runs, "run")} under way`,
    [paths.evaluate]: evaluations === 0 ? null : `${formatCount(evaluations, "evaluation")} under way`,
  };
  return (
    <ul className={className}>
      {PAGES.map(({ path, name, Icon }) => {
        const here =
          location === path ||
          location.startsWith(`${path}/`) ||
          (path === paths.problems && (location === "/" || location === paths.newProblem));
        return (
          <li key={path}>
            <Link href={path} className={classes.navLink} aria-current={here ? "page" : undefined} onClick={() => onFollow?.()}>
              <Icon size={16} stroke={1.75} aria-hidden />
              {name}
              {(underWay[path] ?? null) === null ? null : (
                <>
                  <span className={classes.pulse} aria-hidden />
                  <VisuallyHidden>{underWay[path]}</VisuallyHidden>
                </>
              )}
            </Link>
          </li>
        );
      })}
    </ul>
  );
}

export function WideNav() {
  return (
    <nav aria-label="Pages" className={classes.wideNav}>
      <NavLinks className={classes.wideLinks} />
    </nav>
  );
}

export function PhoneNav() {
  const [open, setOpen] = useState(false);
  return (
    <>
      <UnstyledButton
        className={classes.burger}
        aria-label="Open the menu"
        aria-expanded={open}
        aria-haspopup="dialog"
        onClick={() => setOpen(true)}
      >
        <IconMenu2 size={20} aria-hidden />
      </UnstyledButton>
      <Drawer opened={open} onClose={() => setOpen(false)} title="Pages" size={280} position="right" returnFocus={false}>
        <nav aria-label="Pages">
          <NavLinks className={classes.phoneLinks} onFollow={() => setOpen(false)} />
        </nav>
      </Drawer>
    </>
  );
}
