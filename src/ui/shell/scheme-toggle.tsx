import { ActionIcon, Tooltip, useComputedColorScheme } from "@mantine/core";
import { IconMoon, IconSun } from "@tabler/icons-react";
import { useSettings } from "@/ui/stores";
import classes from "./scheme-toggle.module.css";

export function SchemeToggle() {
  const scheme = useComputedColorScheme("light");
  const update = useSettings((state) => state.update);
  const next = scheme === "dark" ? "light" : "dark";
  const label = `Switch to the ${next} appearance`;
  return (
    <Tooltip label={label}>
      <ActionIcon
        variant="subtle"
        color="gray"
        size={36}
        className={classes.scheme ?? ""}
        aria-label={label}
        onClick={() => void update((settings) => ({ ...settings, colorScheme: next }))}
      >
        {scheme === "dark" ? <IconSun size={18} stroke={1.75} aria-hidden /> : <IconMoon size={18} stroke={1.75} aria-hidden />}
      </ActionIcon>
    </Tooltip>
  );
}
