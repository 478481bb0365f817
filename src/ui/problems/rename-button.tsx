import { Button, Group, Modal, Stack, TextInput } from "@mantine/core";
import { IconPencil } from "@tabler/icons-react";
import { useState } from "react";
import type { Problem } from "@/domain";
import { useLibrary } from "@/ui/stores";
import { ErrorNotice, useAction } from "../components/index.ts";

/** Another title for a problem; its id, its runs and what was made from it stay. */
export function RenameButton({ problem }: { problem: Problem }) {
  const addProblem = useLibrary((state) => state.addProblem);
  const [title, setTitle] = useState<string | null>(null);
  const action = useAction();
  const close = (): void => {
    setTitle(null);
    action.clear();
  };
  return (
    <>
      <Button variant="default" leftSection={<IconPencil size={16} aria-hidden />} onClick={() => setTitle(problem.title)}>
        Rename
      </Button>
      <Modal opened={title !== null} onClose={close} title="Rename this problem">
        <form
          onSubmit={(event) => {
            event.preventDefault();
            action.run(async () => {
              await addProblem({ ...problem, title: title ?? "" });
              close();
            });
          }}
        >
          <Stack gap="md">
            <TextInput
              label="Title"
              description="Left empty, the statement's heading is taken, or the function's name."
              value={title ?? ""}
              onChange={(event) => setTitle(event.currentTarget.value)}
              maxLength={200}
              data-autofocus
            />
            {action.error === null ? null : <ErrorNotice error={action.error} title="The title could not be saved" />}
            <Group justify="flex-end" gap="sm">
              <Button variant="default" onClick={close}>
                Cancel
              </Button>
              <Button type="submit" loading={action.busy}>
                Save
              </Button>
            </Group>
          </Stack>
        </form>
      </Modal>
    </>
  );
}
