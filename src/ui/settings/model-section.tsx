import { Button, Group, Radio, Stack, Text, UnstyledButton, VisuallyHidden } from "@mantine/core";
import { IconChevronRight, IconPlus } from "@tabler/icons-react";
import { useId, useState } from "react";
import { isBuiltIn, type ModelProfile, PROVIDER_FACTS, type ProfileId, profilesOf } from "@/domain";
import { useSettings } from "@/ui/stores";
import { ConfirmButton, Section } from "../components/index.ts";
import { formatCount } from "../text/index.ts";
import { jumpTo } from "./jump-to.ts";
import { KeyBadge } from "./key-status.tsx";
import { ProfileEditor } from "./profile-editor.tsx";
import { ProviderPicker } from "./provider-picker.tsx";
import shared from "./settings.module.css";
import classes from "./model-section.module.css";
import { keep } from "./use-save.ts";

function modelText(profile: ModelProfile): string {
  const { name, about } = PROVIDER_FACTS[profile.provider];
  if (isBuiltIn(profile)) return about;
  if (profile.provider === "chrome") return name;
  return `${name} · ${profile.model === "" ? "no model chosen yet" : profile.model}`;
}

function ProfileRow({
  profile,
  chosen,
  open,
  editor,
  onToggle,
}: {
  profile: ModelProfile;
  chosen: boolean;
  open: boolean;
  editor: string;
  onToggle: () => void;
}) {
  const status = useSettings((state) => state.keys[profile.id] ?? "none");
  return (
    <div className={classes.profile} data-chosen={chosen || undefined}>
      <Radio.Card value={profile.id} withBorder={false} tabIndex={chosen ? 0 : -1} className={classes.profileCard}>
        <Radio.Indicator mt={2} />
        <span className={classes.profileBody}>
          <span className={classes.profileText}>
            <Text span size="sm" fw={600} className={classes.profileName}>
              {profile.name}
            </Text>
            <Text span size="sm" c="dimmed" className={classes.profileName}>
              {modelText(profile)}
            </Text>
          </span>
          <KeyBadge profile={profile} status={status} />
        </span>
      </Radio.Card>
      {isBuiltIn(profile) ? null : (
        <UnstyledButton
          className={classes.edit}
          onClick={onToggle}
          aria-expanded={open}
          aria-controls={editor}
          aria-label={`Edit ${profile.name}`}
        >
          <span aria-hidden>Edit</span>
          <IconChevronRight size={15} aria-hidden className={shared.chevron} data-open={open || undefined} />
        </UnstyledButton>
      )}
    </div>
  );
}

function Keys() {
  const keys = useSettings((state) => state.keys);
  const forgetAllKeys = useSettings((state) => state.forgetAllKeys);
  const held = Object.values(keys).filter((status) => status !== "none");
  if (held.length === 0) return null;
  const kept = held.filter((status) => status === "kept").length;
  return (
    <Group gap="sm">
      <Text size="sm" c="dimmed">
        {kept === 0
          ? `${formatCount(held.length, "key")}, in memory only`
          : `${formatCount(held.length, "key")}, ${kept} kept on this device`}
      </Text>
      <ConfirmButton
        size="xs"
        title="Forget all keys?"
        question="Those in memory and those kept on this device. The profiles stay; the keys have to be entered again."
        confirm="Forget all"
        onConfirm={forgetAllKeys}
      >
        Forget all keys
      </ConfirmButton>
    </Group>
  );
}

/**
 * The ways to a model, one of them in use, and below the list the settings of the one that is open: there, so that
 * the rows stay where they are when another is chosen.
 */
export function ModelSection() {
  const own = useSettings((state) => state.settings.profiles);
  const chosen = useSettings((state) => state.settings.profile);
  const chooseProfile = useSettings((state) => state.useProfile);
  const addProfile = useSettings((state) => state.addProfile);
  const [opened, setOpened] = useState<{ id: ProfileId; isNew: boolean } | null>({ id: chosen, isNew: false });
  const [adding, setAdding] = useState(false);
  // Whatever chooses another profile, this list or the menu above, its settings are shown.
  const [seen, setSeen] = useState(chosen);
  if (seen !== chosen) {
    setSeen(chosen);
    setOpened({ id: chosen, isNew: adding });
  }
  const editor = useId();
  const shown = own.find((profile) => profile.id === opened?.id) ?? null;
  return (
    <Section
      title="Model"
      id="model"
      note="Who writes environments, tests and solvers: a model, or the compiler that needs none. Whatever it writes is checked here all the same."
    >
      <Radio.Group
        label={<VisuallyHidden>Model in use</VisuallyHidden>}
        value={chosen}
        onChange={(value) => {
          const profile = profilesOf(own).find((item) => item.id === value);
          if (profile !== undefined) keep(chooseProfile(profile.id));
        }}
      >
        <div className={classes.profiles}>
          {profilesOf(own).map((profile) => (
            <ProfileRow
              key={profile.id}
              profile={profile}
              chosen={profile.id === chosen}
              open={shown?.id === profile.id}
              editor={editor}
              onToggle={() => setOpened(shown?.id === profile.id ? null : { id: profile.id, isNew: false })}
            />
          ))}
        </div>
      </Radio.Group>
      <Group mt="md" gap="sm" justify="space-between">
        <Button
          variant={own.length === 0 ? "filled" : "default"}
          leftSection={<IconPlus size={16} aria-hidden />}
          onClick={() => setAdding(true)}
        >
          Add a model
        </Button>
        <Keys />
      </Group>
      <ProviderPicker
        open={adding}
        onClose={() => setAdding(false)}
        onPick={async (provider) => {
          await addProfile(provider);
          setAdding(false);
        }}
      />
      {shown === null ? null : (
        <Stack mt="md">
          <ProfileEditor key={shown.id} id={editor} profile={shown} isNew={opened?.isNew === true} onRemoved={() => jumpTo("model")} />
        </Stack>
      )}
    </Section>
  );
}
