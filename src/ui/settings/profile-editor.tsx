import { Button, Group, SimpleGrid, Stack, Text, TextInput, Title } from "@mantine/core";
import { type ModelProfile, PROVIDER_FACTS } from "@/domain";
import { useSettings } from "@/ui/stores";
import { ConfirmButton, ErrorNotice, useAction } from "../components/index.ts";
import { hasOwnAddress, profileAddressFault } from "./address.ts";
import { AddressField, AdvancedSettings, type ChangeProfile } from "./advanced-settings.tsx";
import { CheckConnection } from "./check-connection.tsx";
import { KeyField } from "./key-field.tsx";
import { LetPagesIn } from "./let-pages-in.tsx";
import { ModelNameField } from "./model-name-field.tsx";
import { PriceLine } from "./price-line.tsx";
import classes from "./profile-editor.module.css";
import { useDraft } from "./use-draft.ts";
import { keep } from "./use-save.ts";

function NameField({ profile, onChange, first }: { profile: ModelProfile; onChange: ChangeProfile; first: boolean }) {
  const draft = useDraft(profile.name, (name) => onChange({ name: name === "" ? PROVIDER_FACTS[profile.provider].name : name }));
  return (
    <TextInput
      label="Name"
      description="For yourself."
      maxLength={80}
      value={draft.text}
      onChange={(event) => draft.set(event.currentTarget.value)}
      onBlur={draft.commit}
      // oxlint-disable-next-line jsx-a11y/no-autofocus -- the next step of adding a model, which the person has just asked for
      autoFocus={first}
      autoComplete="off"
    />
  );
}

/** Why a check would be pointless; null when nothing is missing. */
function missingOf(profile: ModelProfile, hasKey: boolean): string | null {
  const facts = PROVIDER_FACTS[profile.provider];
  if (profileAddressFault(profile) !== null) return "Enter the address first.";
  if (facts.key === "needed" && !hasKey) return "Enter the key first.";
  if (profile.model.trim() === "" && profile.provider !== "chrome") return "Enter the model's name first.";
  return null;
}

/** In the order in which one needs it: where, key, model, check. `isNew`: the first field takes the focus. */
export function ProfileEditor({
  id,
  profile,
  isNew,
  onRemoved,
}: {
  id: string;
  profile: ModelProfile;
  isNew: boolean;
  onRemoved: () => void;
}) {
  const hasKey = useSettings((state) => (state.keys[profile.id] ?? "none") !== "none");
  const changeProfile = useSettings((state) => state.changeProfile);
  const duplicateProfile = useSettings((state) => state.duplicateProfile);
  const removeProfile = useSettings((state) => state.removeProfile);
  const action = useAction();
  const facts = PROVIDER_FACTS[profile.provider];
  const onChange: ChangeProfile = (change) => keep(changeProfile(profile.id, change));
  const inBrowser = profile.provider === "chrome";
  const own = hasOwnAddress(profile);
  const keyUpFront = facts.key !== "none" && !(facts.local && facts.key === "optional");
  return (
    <section id={id} className={classes.editor} aria-labelledby={`${id}-title`}>
      <div>
        <Title order={3} size="h4" id={`${id}-title`} style={{ overflowWrap: "anywhere" }}>
          {profile.name}
        </Title>
        <Text size="sm" c="dimmed">
          {profile.name === facts.name ? facts.about : `${facts.name}: ${facts.about}`}
        </Text>
      </div>
      <Stack gap="md">
        {own ? <AddressField profile={profile} onChange={onChange} first={isNew && facts.baseUrl === ""} /> : null}
        {own ? <LetPagesIn profile={profile} /> : null}
        {keyUpFront ? <KeyField profile={profile} first={isNew && facts.key === "needed"} /> : null}
        <SimpleGrid cols={{ base: 1, sm: inBrowser ? 1 : 2 }} spacing="md">
          {inBrowser ? null : (
            <ModelNameField
              profile={profile}
              value={profile.model}
              description="As the provider writes it."
              placeholder={facts.example}
              first={isNew && facts.local}
              onCommit={(model) => onChange({ model })}
            />
          )}
          <NameField profile={profile} onChange={onChange} first={isNew && inBrowser} />
        </SimpleGrid>
        <PriceLine profile={profile} />
        <CheckConnection profile={profile} missing={missingOf(profile, hasKey)} />
        <AdvancedSettings profile={profile} onChange={onChange} />
        {action.error === null ? null : <ErrorNotice error={action.error} />}
        <Group gap="sm">
          <Button size="xs" variant="default" loading={action.busy} onClick={() => action.run(() => duplicateProfile(profile.id))}>
            Duplicate
          </Button>
          <ConfirmButton
            size="xs"
            title={`Remove “${profile.name}”?`}
            question={`Its settings${hasKey ? " and its key are" : " are"} removed from this device. Runs and environments that were made with it stay.`}
            confirm="Remove"
            onConfirm={async () => {
              await removeProfile(profile.id);
              onRemoved();
            }}
          >
            Remove
          </ConfirmButton>
        </Group>
      </Stack>
    </section>
  );
}
