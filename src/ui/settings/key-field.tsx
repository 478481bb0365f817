import { Badge, Button, Checkbox, Group, PasswordInput, Stack, Text } from "@mantine/core";
import { IconKey, IconKeyOff } from "@tabler/icons-react";
import { useState } from "react";
import { useSettings } from "@/ui/stores";
import { ErrorNotice, useAction } from "../components/index.ts";

const STATUS = {
  none: { text: "No key", color: "gray" },
  session: { text: "Key in memory until this tab closes", color: "green" },
  kept: { text: "Key kept on this device", color: "green" },
} as const;

/** The key goes into the store and never comes back out: the field is empty again once it is set. */
export function KeyField({ address }: { address: string }) {
  const status = useSettings((state) => state.keyStatus);
  const setKey = useSettings((state) => state.setKey);
  const forgetKey = useSettings((state) => state.forgetKey);
  const [key, setTyped] = useState("");
  const [keep, setKeep] = useState(status === "kept");
  const action = useAction();
  const { text, color } = STATUS[status];
  const submit = (): void => {
    if (key.trim() === "") return;
    action.run(async () => {
      await setKey(key.trim(), keep);
      setTyped("");
    });
  };
  return (
    <Stack gap="xs">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <Group align="flex-end" gap="xs">
          <PasswordInput
            label="Key"
            description={`Sent to ${address} and nowhere else. Never part of a link, an export, a log, or what the Python sandbox sees.`}
            placeholder={status === "none" ? "Paste your key" : "Paste another key to replace it"}
            value={key}
            onChange={(event) => setTyped(event.currentTarget.value)}
            autoComplete="off"
            spellCheck={false}
            visibilityToggleButtonProps={{ "aria-label": "Show what is typed" }}
            style={{ flex: "1 1 300px" }}
          />
          <Button type="submit" disabled={key.trim() === ""} loading={action.busy}>
            Use this key
          </Button>
        </Group>
      </form>
      <Group gap="md" justify="space-between">
        <Checkbox label="Keep it on this device" description="Otherwise it is gone when the tab closes." checked={keep} onChange={(event) => setKeep(event.currentTarget.checked)} />
        <Group gap="xs">
          <Badge color={color} leftSection={status === "none" ? <IconKeyOff size={12} aria-hidden /> : <IconKey size={12} aria-hidden />}>
            {text}
          </Badge>
          {status === "none" ? null : (
            <Button size="xs" variant="default" onClick={() => action.run(forgetKey)}>
              Forget the key
            </Button>
          )}
        </Group>
      </Group>
      {keep ? (
        <Text size="xs" c="dimmed">
          Kept in this browser's storage as it is: anyone who can use this browser profile can use it.
        </Text>
      ) : null}
      {action.error === null ? null : <ErrorNotice error={action.error} />}
    </Stack>
  );
}
