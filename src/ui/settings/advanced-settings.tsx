import { Button, Collapse, Input, SegmentedControl, SimpleGrid, Stack, Switch, TextInput } from "@mantine/core";
import { IconChevronRight } from "@tabler/icons-react";
import { useId, useState } from "react";
import { type ModelProfile, PROVIDER_FACTS } from "@/domain";
import { addressFault, hasOwnAddress } from "./address.ts";
import { BlankNumber } from "./blank-number.tsx";
import { EffortField, LONGEST_REPLY, TEMPERATURE } from "./call-settings.tsx";
import { KeyField } from "./key-field.tsx";
import { NumberField } from "./number-field.tsx";
import shared from "./settings.module.css";
import classes from "./advanced-settings.module.css";
import { useDraft } from "./use-draft.ts";

export type ChangeProfile = (change: Partial<Omit<ModelProfile, "id">>) => void;

/** Empty: the provider's own address, which stands there as the placeholder. */
export function AddressField({ profile, onChange, first = false }: { profile: ModelProfile; onChange: ChangeProfile; first?: boolean }) {
  const draft = useDraft(profile.baseUrl, (baseUrl) => onChange({ baseUrl }));
  const { baseUrl: usual } = PROVIDER_FACTS[profile.provider];
  const blank = draft.text.trim() === "";
  return (
    <TextInput
      label="Address"
      description={
        usual === ""
          ? "Up to and with /v1."
          : hasOwnAddress(profile)
            ? "Empty: the usual one."
            : "Empty: the provider's own. Change it only for a proxy that you trust with your key."
      }
      placeholder={usual === "" ? "https://models.example.com/v1" : usual}
      type="url"
      inputMode="url"
      value={draft.text}
      onChange={(event) => draft.set(event.currentTarget.value)}
      onBlur={draft.commit}
      error={blank ? (usual === "" && draft.touched ? addressFault("") : null) : addressFault(draft.text)}
      // oxlint-disable-next-line jsx-a11y/no-autofocus -- the next step of adding a model, which the person has just asked for
      autoFocus={first}
      autoComplete="off"
      spellCheck={false}
    />
  );
}

/** What works as it is for nearly everyone. */
export function AdvancedSettings({ profile, onChange }: { profile: ModelProfile; onChange: ChangeProfile }) {
  const [open, setOpen] = useState(false);
  const panel = useId();
  const api = useId();
  const facts = PROVIDER_FACTS[profile.provider];
  const inBrowser = profile.provider === "chrome";
  return (
    <div>
      <Button
        variant="subtle"
        color="gray"
        size="compact-sm"
        aria-expanded={open}
        aria-controls={panel}
        leftSection={<IconChevronRight size={15} aria-hidden className={shared.chevron} data-open={open || undefined} />}
        onClick={() => setOpen(!open)}
        className={classes.advancedToggle}
      >
        Advanced
      </Button>
      <Collapse expanded={open} id={panel} keepMountedMode="display-none">
        <Stack gap="md" pt="sm">
          {inBrowser || hasOwnAddress(profile) ? null : <AddressField profile={profile} onChange={onChange} />}
          {facts.local && facts.key === "optional" ? <KeyField profile={profile} /> : null}
          {profile.provider === "openai" ? (
            <Input.Wrapper
              label="Protocol"
              labelElement="div"
              labelProps={{ id: api }}
              description="Responses is the newer one; some proxies speak only the other."
            >
              <SegmentedControl
                mt={6}
                aria-labelledby={api}
                value={profile.api}
                onChange={(value) => onChange({ api: value === "chat" ? "chat" : "responses" })}
                data={[
                  { value: "responses", label: "Responses" },
                  { value: "chat", label: "Chat completions" },
                ]}
              />
            </Input.Wrapper>
          ) : null}
          <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="md">
            <BlankNumber
              label="Temperature"
              blank="Provider's default"
              value={profile.temperature}
              {...TEMPERATURE}
              onCommit={(temperature) => onChange({ temperature })}
            />
            {inBrowser ? null : (
              <BlankNumber
                label="Longest reply"
                blank="Provider's default"
                suffix="tokens"
                value={profile.maxOutputTokens}
                {...LONGEST_REPLY}
                onCommit={(maxOutputTokens) => onChange({ maxOutputTokens })}
              />
            )}
            {facts.effort ? (
              <EffortField blank="Provider's default" value={profile.effort} onCommit={(effort) => onChange({ effort })} />
            ) : null}
            <NumberField
              label="Requests at once"
              value={profile.concurrency}
              min={1}
              max={16}
              onCommit={(concurrency) => onChange({ concurrency })}
            />
          </SimpleGrid>
          <Switch
            label="Streaming"
            description="Replies are shown while they are written. Turn it off for servers that cannot stream."
            checked={profile.streaming}
            onChange={(event) => onChange({ streaming: event.currentTarget.checked })}
          />
        </Stack>
      </Collapse>
    </div>
  );
}
