import { ActionIcon, Button, Menu } from "@mantine/core";
import { IconChevronDown, IconRefresh } from "@tabler/icons-react";
import { profileFor, ROLES } from "@/domain";
import { useSettings } from "@/ui/stores";
import classes from "./pipeline.module.css";

/** Whether a second run would find stored replies to identical requests. */
function useStoredReplies(recorded: boolean): boolean {
  const settings = useSettings((state) => state.settings);
  return !recorded && settings.reuseReplies && ROLES.some((role) => profileFor(settings, role).provider !== "recorded");
}

/** `recorded`: nobody is asked for replies that could be stored. */
export type RunAgainProps = { recorded: boolean; busy: boolean; onStart: (options: { fresh: boolean }) => void };

/** The same problem once more; where stored replies would answer, also the choice to ask for new ones. */
export function RunAgain({ recorded, busy, onStart }: RunAgainProps) {
  const stored = useStoredReplies(recorded);
  const again = (
    <Button variant="default" leftSection={<IconRefresh size={16} />} loading={busy} onClick={() => onStart({ fresh: false })}>
      Run again
    </Button>
  );
  if (!stored) return again;
  return (
    <Button.Group>
      {again}
      <Menu position="bottom-end" width={290} shadow="md">
        <Menu.Target>
          <ActionIcon variant="default" size={36} aria-label="Ways to run again" disabled={busy} className={classes.more ?? ""}>
            <IconChevronDown size={16} stroke={1.75} aria-hidden />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={() => onStart({ fresh: false })}>
            Run again
            <span className={classes.choiceNote}>Identical requests are answered from your stored replies, at no cost.</span>
          </Menu.Item>
          <Menu.Item onClick={() => onStart({ fresh: true })}>
            Run again with new replies
            <span className={classes.choiceNote}>Everything is asked again, and paid for.</span>
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </Button.Group>
  );
}
