import { Button, Checkbox, Group, Menu, Text } from "@mantine/core";
import { IconChevronDown, IconDownload, IconShieldCheck } from "@tabler/icons-react";
import type { EnvironmentId } from "@/domain";
import { useLibrary, useVerify } from "@/ui/stores";
import { ConfirmButton, ErrorNotice, saveDownload, useAction, useFocusNext } from "../components/index.ts";
import { formatCount } from "../text/index.ts";
import classes from "./selection-bar.module.css";

/** What can be done with the chosen environments. Always in place, so that choosing moves nothing. */
export function SelectionBar({
  shown,
  selected,
  onSelect,
}: {
  shown: readonly EnvironmentId[];
  selected: readonly EnvironmentId[];
  onSelect: (ids: readonly EnvironmentId[]) => void;
}) {
  const exportInstances = useLibrary((state) => state.exportInstances);
  const exportArchive = useLibrary((state) => state.exportArchive);
  const removeEnvironments = useLibrary((state) => state.removeEnvironments);
  const verify = useVerify((state) => state.verify);
  const verifying = useVerify((state) => state.running);
  const action = useAction();
  const focusNext = useFocusNext();
  const none = selected.length === 0;
  const all = !none && selected.length === shown.length;
  return (
    <>
      <Group gap="xs" className={classes.bar}>
        <Checkbox
          aria-label="Select all that are shown"
          checked={all}
          indeterminate={!none && !all}
          disabled={shown.length === 0}
          onChange={() => onSelect(all ? [] : shown)}
          className={classes.check ?? ""}
        />
        <Text component="output" size="sm" c="dimmed" className={classes.count}>
          {none ? formatCount(shown.length, "environment") : `${selected.length.toLocaleString("en")} selected`}
        </Text>
        <Group gap="xs" ml="auto">
          <Button
            size="xs"
            disabled={none || verifying}
            leftSection={<IconShieldCheck size={15} aria-hidden />}
            onClick={() => {
              action.run(() => verify(selected));
              focusNext("verifying");
            }}
          >
            Verify
          </Button>
          <Menu position="bottom-end" width={270}>
            <Menu.Target>
              <Button
                size="xs"
                variant="default"
                disabled={none}
                loading={action.busy && !verifying}
                leftSection={<IconDownload size={15} aria-hidden />}
                rightSection={<IconChevronDown size={13} aria-hidden />}
              >
                Export
              </Button>
            </Menu.Target>
            <Menu.Dropdown>
              <Menu.Item onClick={() => action.run(async () => saveDownload(await exportInstances(selected)))}>
                Training instances (.jsonl)
              </Menu.Item>
              <Menu.Item onClick={() => action.run(async () => saveDownload(await exportArchive(selected)))}>
                Everything with reports (.zip)
              </Menu.Item>
            </Menu.Dropdown>
          </Menu>
          <ConfirmButton
            size="xs"
            disabled={none}
            title={`Remove ${formatCount(selected.length, "environment")}?`}
            question="They and their reports are removed from this device, with the episodes played in them. The problems and runs stay."
            confirm="Remove"
            onConfirm={async () => {
              await removeEnvironments(selected);
              onSelect([]);
            }}
          >
            Remove
          </ConfirmButton>
        </Group>
      </Group>
      {action.error === null ? null : <ErrorNotice error={action.error} />}
    </>
  );
}
