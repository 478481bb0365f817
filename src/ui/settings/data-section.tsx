import { Button, Group, Modal, Progress, Stack, Text, TextInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useEffect, useState } from "react";
import { useLibrary, useRuns, useSettings, useSystem } from "@/ui/stores";
import { ErrorNotice, saveDownload, Section, UnreadableRecords, useAction } from "../components/index.ts";
import { formatBytes, formatCount } from "../text/index.ts";

const WORD = "erase";

function EraseAll() {
  const eraseAll = useLibrary((state) => state.eraseAll);
  const [open, setOpen] = useState(false);
  const [typed, setTyped] = useState("");
  const action = useAction();
  const close = (): void => {
    setOpen(false);
    setTyped("");
    action.clear();
  };
  return (
    <>
      <Button color="red" variant="outline" onClick={() => setOpen(true)}>
        Erase all…
      </Button>
      <Modal opened={open} onClose={close} title="Erase everything on this device?">
        <form
          onSubmit={(event) => {
            event.preventDefault();
            if (typed.trim().toLowerCase() !== WORD) return;
            action.run(async () => {
              await eraseAll();
              close();
              notifications.show({
                title: "Everything was erased",
                message: "Only what comes with the page is left.",
                closeButtonProps: { "aria-label": "Close the notification" },
              });
            });
          }}
        >
          <Stack gap="md">
            <Text size="sm">
              Imported and own problems, environments, runs with their paid replies, episodes, evaluations, settings, prompts and kept keys
              are removed. This cannot be undone.
            </Text>
            <Text size="sm">
              An export can bring back part of it only: environments with their tasks and reports, which are to be verified again after the
              import, and the problems they were made from. Problems without an environment are exported on their own pages. Runs, episodes
              and settings cannot be exported as a whole.
            </Text>
            <TextInput
              label={`Type “${WORD}” to continue`}
              value={typed}
              onChange={(event) => setTyped(event.currentTarget.value)}
              autoComplete="off"
              data-autofocus
            />
            {action.error === null ? null : <ErrorNotice error={action.error} />}
            <Group justify="flex-end" gap="sm">
              <Button variant="default" onClick={close}>
                Cancel
              </Button>
              <Button type="submit" color="red" disabled={typed.trim().toLowerCase() !== WORD} loading={action.busy}>
                Erase all
              </Button>
            </Group>
          </Stack>
        </form>
      </Modal>
    </>
  );
}

export function DataSection() {
  const { usedBytes, quotaBytes, persisted } = useSystem((state) => state.storage);
  const problems = useLibrary((state) => state.problems);
  const environments = useLibrary((state) => state.environments);
  const exportArchive = useLibrary((state) => state.exportArchive);
  const runs = useRuns((state) => state.runs.length);
  const keptKeys = useSettings((state) => Object.values(state.keys).filter((status) => status === "kept").length);
  const findUnreadable = useLibrary((state) => state.findUnreadable);
  // What cannot be opened is said at the top of the page.
  useEffect(() => void findUnreadable().catch(() => undefined), [findUnreadable]);
  const action = useAction();
  const own = problems.filter((problem) => problem.origin !== "bundled").length;
  const share = usedBytes === null || quotaBytes === null || quotaBytes === 0 ? null : (usedBytes / quotaBytes) * 100;
  return (
    <Section title="Data" id="data" note="Everything is saved in this browser, and nowhere else.">
      <Stack gap="md">
        <Text size="sm">
          {`${formatCount(own, "problem")} of yours, ${formatCount(environments.length, "environment")}, ${formatCount(runs, "run")}${keptKeys === 0 ? "" : `, ${formatCount(keptKeys, "kept key")}`}.`}
        </Text>
        {usedBytes === null ? null : (
          <div>
            <Text size="sm" c="dimmed" mb={6}>
              {quotaBytes === null ? `${formatBytes(usedBytes)} used` : `${formatBytes(usedBytes)} of ${formatBytes(quotaBytes)} used`}
            </Text>
            {share === null ? null : (
              <Progress value={Math.max(share, 0.5)} aria-label="Storage used" maw={420} color={share > 85 ? "yellow" : "iris"} />
            )}
          </div>
        )}
        {persisted === false ? (
          <Text size="sm" c="dimmed">
            The browser may clear this storage when the device runs short of space. Export the environments that matter to you.
          </Text>
        ) : null}
        <UnreadableRecords />
        {action.error === null ? null : <ErrorNotice error={action.error} />}
        <Group gap="sm">
          <Button
            variant="default"
            disabled={environments.length === 0}
            loading={action.busy}
            onClick={() => action.run(async () => saveDownload(await exportArchive(environments.map((environment) => environment.id))))}
          >
            Export all environments
          </Button>
          <EraseAll />
        </Group>
      </Stack>
    </Section>
  );
}
