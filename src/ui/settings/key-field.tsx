import { Anchor, Button, Checkbox, Group, PasswordInput, Stack, Text } from "@mantine/core";
import { IconExternalLink, IconLogin2 } from "@tabler/icons-react";
import { useState } from "react";
import { type ModelProfile, PROVIDER_FACTS } from "@/domain";
import { useSettings } from "@/ui/stores";
import { ErrorNotice, useAction } from "../components/index.ts";
import { hostOf } from "./address.ts";

const SAVED = { session: "Key in memory until this tab closes", kept: "Key kept on this device" } as const;

function SignIn({ profile }: { profile: ModelProfile }) {
  const signIn = useSettings((state) => state.signIn);
  const action = useAction();
  return (
    <Stack gap="xs" align="flex-start">
      <Group gap="sm">
        <Button
          variant="light"
          leftSection={<IconLogin2 size={16} aria-hidden />}
          loading={action.busy}
          onClick={() => action.run(() => signIn(profile.id))}
        >
          Sign in with OpenRouter
        </Button>
        <Text size="xs" c="dimmed">
          Leaves this page for its login, and comes back with a key.
        </Text>
      </Group>
      {action.error === null ? null : <ErrorNotice error={action.error} title="The sign-in could not begin" />}
    </Stack>
  );
}

/** The key goes into the store and never comes back out: the field is empty again once it is set. */
export function KeyField({ profile, first = false }: { profile: ModelProfile; first?: boolean }) {
  const status = useSettings((state) => state.keys[profile.id] ?? "none");
  const setKey = useSettings((state) => state.setKey);
  const forgetKey = useSettings((state) => state.forgetKey);
  const [key, setTyped] = useState("");
  const [keep, setKeep] = useState(status === "kept");
  const action = useAction();
  const facts = PROVIDER_FACTS[profile.provider];
  const submit = (): void => {
    if (key.trim() === "") return;
    action.run(async () => {
      await setKey(profile.id, key.trim(), keep);
      setTyped("");
    });
  };
  return (
    <Stack gap="xs">
      {profile.provider === "openrouter" && status === "none" ? <SignIn profile={profile} /> : null}
      <form
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <Group align="flex-end" gap="xs">
          <PasswordInput
            label="Key"
            description={`Sent to ${hostOf(profile)} and nowhere else. Never part of a link, an export, a log, or what the Python sandbox sees.`}
            placeholder={
              status !== "none"
                ? "Paste another key to replace it"
                : facts.key === "needed"
                  ? "Paste your key"
                  : "Only if the server asks for one"
            }
            value={key}
            onChange={(event) => setTyped(event.currentTarget.value)}
            autoComplete="off"
            spellCheck={false}
            // oxlint-disable-next-line jsx-a11y/no-autofocus -- the next step of adding a model, which the person has just asked for
            autoFocus={first}
            visibilityToggleButtonProps={{ "aria-label": "Show what is typed" }}
            style={{ flex: "1 1 300px" }}
          />
          <Button type="submit" disabled={key.trim() === ""} loading={action.busy}>
            Use this key
          </Button>
        </Group>
      </form>
      <Group gap="md" justify="space-between">
        <Checkbox
          label="Keep it on this device"
          description="Otherwise it is gone when the tab closes."
          checked={keep}
          onChange={(event) => setKeep(event.currentTarget.checked)}
        />
        <Group gap="sm">
          {status === "none" ? null : (
            <>
              <Text component="output" size="sm" c="dimmed">
                {SAVED[status]}
              </Text>
              <Button size="xs" variant="default" onClick={() => action.run(() => forgetKey(profile.id))}>
                Forget the key
              </Button>
            </>
          )}
          {status !== "none" || facts.keyUrl === null ? null : (
            <Anchor href={facts.keyUrl} target="_blank" rel="noreferrer" size="sm">
              {`Make a key at ${new URL(facts.keyUrl).host}`} <IconExternalLink size={13} aria-hidden style={{ verticalAlign: "-2px" }} />
            </Anchor>
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
