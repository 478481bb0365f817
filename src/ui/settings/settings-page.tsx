import { SegmentedControl, Stack, UnstyledButton } from "@mantine/core";
import { useSettings } from "@/ui/stores";
import { ErrorNotice, PageHeader, PageLoading, Section } from "../components/index.ts";
import { DataSection } from "./data-section.tsx";
import { jumpTo } from "./jump-to.ts";
import { LimitsSection } from "./limits-section.tsx";
import { ModelSection } from "./model-section.tsx";
import { MoneySection } from "./money-section.tsx";
import { PromptsSection } from "./prompts-section.tsx";
import { PythonSection } from "./python-section.tsx";
import { RepliesSection } from "./replies-section.tsx";
import { RolesSection } from "./roles-section.tsx";
import classes from "./settings-page.module.css";
import { useSave } from "./use-save.ts";

const SECTIONS = [
  ["model", "Model"],
  ["roles", "Roles"],
  ["replies", "Replies"],
  ["money", "Money"],
  ["limits", "Limits"],
  ["prompts", "Prompts"],
  ["python", "Python"],
  ["appearance", "Appearance"],
  ["data", "Data"],
] as const;

function Jump() {
  return (
    <nav aria-label="Settings" className={classes.jump}>
      <ul>
        {SECTIONS.map(([id, name]) => (
          <li key={id}>
            <UnstyledButton className={classes.jumpLink} onClick={() => jumpTo(id)}>
              {name}
            </UnstyledButton>
          </li>
        ))}
      </ul>
    </nav>
  );
}

function AppearanceSection() {
  const scheme = useSettings((state) => state.settings.colorScheme);
  const { save } = useSave();
  return (
    <Section title="Appearance" id="appearance">
      <SegmentedControl
        aria-label="Appearance"
        value={scheme}
        onChange={(value) => save((settings) => ({ ...settings, colorScheme: value === "light" || value === "dark" ? value : "auto" }))}
        data={[
          { value: "auto", label: "As the system" },
          { value: "light", label: "Light" },
          { value: "dark", label: "Dark" },
        ]}
      />
    </Section>
  );
}

export function SettingsPage() {
  const load = useSettings((state) => state.load);
  if (load.status === "loading") return <PageLoading title="Settings" />;
  return (
    <>
      <PageHeader title="Settings" description="Kept on this device. Changes hold from the next run on." />
      <div className={classes.layout}>
        <Jump />
        <Stack gap="md" className={classes.sections}>
          {load.status === "failed" ? (
            <ErrorNotice error={load.error} title="The settings could not be read; these are the defaults" />
          ) : null}
          <ModelSection />
          <RolesSection />
          <RepliesSection />
          <MoneySection />
          <LimitsSection />
          <PromptsSection />
          <PythonSection />
          <AppearanceSection />
          <DataSection />
        </Stack>
      </div>
    </>
  );
}
