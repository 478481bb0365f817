import { Drawer, UnstyledButton, VisuallyHidden } from "@mantine/core";
import { IconBox, IconListDetails, IconMenu2, IconPlayerPlay, IconRoute, IconSettings, type TablerIcon } from "@tabler/icons-react";
import { useState } from "react";
import { Link, useLocation } from "wouter";
import { useRuns } from "@/ui/stores";
import { paths } from "../components/index.ts";
import classes from "./shell.module.css";

const PAGES: readonly { path: string; name: string; Icon: TablerIcon }[] = [
  { path: paths.problems, name: "Problems", Icon: IconListDetails },
  { path: paths.pipeline, name: "Pipeline", Icon: IconRoute },
  { path: paths.environments, name: "Environments", Icon: IconBox },
  { path: paths.play, name: "Play", Icon: IconPlayerPlay },
  { path: paths.settings, name: "Settings", Icon: IconSettings },
];

function NavLinks({ className, onFollow }: { className: string | undefined; onFollow?: () => void }) {
  const [location] = useLocation();
  const active = useRuns((state) => state.active.size);
  return (
    <ul className={className}>
      {PAGES.map(({ path, name, Icon }) => {
        const here = location === path || location.startsWith(`${path}/`) || (path === paths.problems && (location === "/" || location === paths.newProblem));
        return (
          <li key={path}>
            <Link href={path} className={classes.navLink} aria-current={here ? "page" : undefined} onClick={() => onFollow?.()}>
              <Icon size={16} stroke={1.75} aria-hidden />
              {name}
              {path === paths.pipeline && active > 0 ? (
                <>
                  <span className={classes.pulse} aria-hidden />
                  <VisuallyHidden>{active === 1 ? "1 run under way" : `${active} runs under way`}</VisuallyHidden>
                </>
              ) : null}
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
      <UnstyledButton className={classes.burger} aria-label="Open the menu" aria-expanded={open} aria-haspopup="dialog" onClick={() => setOpen(true)}>
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
