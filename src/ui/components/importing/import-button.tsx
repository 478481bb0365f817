import { Button, Group, Loader, Menu, Modal, Portal, Stack, Text, Textarea } from "@mantine/core";
import { IconChevronDown, IconClipboardText, IconFileImport, IconUpload } from "@tabler/icons-react";
import { useRef } from "react";
import { pasteDraft } from "@/state";
import { ErrorNotice } from "../error-notice.tsx";
import { ImportReview } from "./import-review.tsx";
import classes from "./importing.module.css";
import { useImport } from "./use-import.ts";
import { useSessionDraft } from "../use-session-draft.ts";

const ACCEPT = ".jsonl,.json,.ndjson,.py,.zip,.gz,.txt";
const KINDS = "Problems or training instances as .jsonl, environments or solutions as .py, archives as .zip or .gz; several at once.";

function Paste({ onText, onClose }: { onText: (text: string) => void; onClose: () => void }) {
  const [draft, setDraft] = useSessionDraft(pasteDraft);
  const text = draft ?? "";
  const discard = (): void => {
    setDraft(null);
    onClose();
  };
  return (
    <Stack gap="md">
      <Textarea
        label="Text"
        description="JSONL lines, the source of an environment, or a Python solution whose docstring is the statement."
        value={text}
        onChange={(event) => setDraft(event.currentTarget.value)}
        autosize
        minRows={8}
        maxRows={18}
        spellCheck={false}
        data-autofocus
        classNames={{ input: classes.mono ?? "" }}
      />
      <Group justify="flex-end" gap="sm">
        <Button variant="default" onClick={discard}>
          Cancel
        </Button>
        <Button disabled={text.trim() === ""} onClick={() => onText(text)}>
          Read it
        </Button>
      </Group>
    </Stack>
  );
}

/** Import by button, by pasting, or by dropping files anywhere on the page that shows it. */
export function ImportButton() {
  const { stage, over, fromFiles, fromPaste, apply, close, paste } = useImport();
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <Menu position="bottom-end" width={250}>
        <Menu.Target>
          <Button
            variant="default"
            leftSection={<IconFileImport size={16} aria-hidden />}
            rightSection={<IconChevronDown size={14} aria-hidden />}
          >
            Import
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconUpload size={16} aria-hidden />} onClick={() => input.current?.click()}>
            Choose files…
          </Menu.Item>
          <Menu.Item leftSection={<IconClipboardText size={16} aria-hidden />} onClick={paste}>
            Paste text…
          </Menu.Item>
          <Menu.Label className={classes.menuNote}>Or drop files anywhere on this page.</Menu.Label>
        </Menu.Dropdown>
      </Menu>
      <input
        ref={input}
        type="file"
        multiple
        accept={ACCEPT}
        hidden
        aria-label="Files to import"
        onChange={(event) => {
          fromFiles([...(event.currentTarget.files ?? [])]);
          // The same file can be chosen again.
          event.currentTarget.value = "";
        }}
      />
      {over ? (
        <Portal>
          <div className={classes.drop} aria-hidden>
            <div className={classes.dropBox}>
              <IconUpload size={32} stroke={1.5} />
              <Text fw={600}>Drop to import</Text>
              <Text size="sm" c="dimmed">
                {KINDS}
              </Text>
            </div>
          </div>
        </Portal>
      ) : null}
      <Modal opened={stage.kind === "pasting"} onClose={close} title="Paste text to import" size="lg">
        <Paste onText={fromPaste} onClose={close} />
      </Modal>
      <Modal
        opened={stage.kind === "reading" || stage.kind === "review" || stage.kind === "applying" || stage.kind === "failed"}
        onClose={close}
        title="Import"
        size="lg"
        closeOnClickOutside={false}
      >
        {stage.kind === "reading" ? (
          <Stack gap="md">
            <Group gap="sm">
              <Loader size="sm" aria-hidden />
              <Text component="output" size="sm">{`Reading ${stage.what}`}</Text>
            </Group>
            <Group justify="flex-end">
              <Button variant="default" onClick={close}>
                Cancel
              </Button>
            </Group>
          </Stack>
        ) : null}
        {stage.kind === "review" || stage.kind === "applying" ? (
          <ImportReview parsed={stage.parsed} busy={stage.kind === "applying"} onApply={(choice) => apply(stage, choice)} onClose={close} />
        ) : null}
        {stage.kind === "failed" ? <ErrorNotice error={stage.error} title="The import did not go through" /> : null}
      </Modal>
    </>
  );
}
