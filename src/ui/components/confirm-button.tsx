import { Button, type ButtonProps, Group, Modal, Text } from "@mantine/core";
import { type ReactNode, useState } from "react";
import { ErrorNotice } from "./error-notice.tsx";
import { useAction } from "./use-action.ts";

/** A button whose action is asked about first. */
export function ConfirmButton({
  children,
  title,
  question,
  confirm,
  onConfirm,
  ...button
}: ButtonProps & { children: ReactNode; title: string; question: ReactNode; confirm: string; onConfirm: () => Promise<void> }) {
  const [open, setOpen] = useState(false);
  const action = useAction();
  return (
    <>
      <Button variant="default" {...button} onClick={() => setOpen(true)}>
        {children}
      </Button>
      <Modal opened={open} onClose={() => setOpen(false)} title={title}>
        <Text size="sm">{question}</Text>
        {action.error === null ? null : <ErrorNotice error={action.error} />}
        <Group justify="flex-end" mt="lg" gap="sm">
          <Button variant="default" onClick={() => setOpen(false)} data-autofocus>
            Cancel
          </Button>
          <Button
            color="red"
            loading={action.busy}
            onClick={() =>
              action.run(async () => {
                await onConfirm();
                setOpen(false);
              })
            }
          >
            {confirm}
          </Button>
        </Group>
      </Modal>
    </>
  );
}
