import { Menu, UnstyledButton, VisuallyHidden } from "@mantine/core";
import { IconChevronDown, IconSettings, IconSparkles } from "@tabler/icons-react";
import { useState } from "react";
import { useLocation } from "wouter";
import {
  MODEL_ROLES,
  type ModelProfile,
  type ModelRole,
  profileFor,
  profilesOf,
  PROVIDER_FACTS,
  RECORDED_PROFILE,
  type Settings,
} from "@/domain";
import type { KeyStatus } from "@/state";
import { useSettings } from "@/ui/stores";
import { paths } from "../text/index.ts";
import chipClasses from "./chip.module.css";
import classes from "./profile-menu.module.css";

const KEY_NOTE: Record<KeyStatus, string> = { none: "no key", session: "key in memory", kept: "key kept here" };

function nameOf(profile: ModelProfile): string {
  const name = profile.name.trim();
  return name === "" ? PROVIDER_FACTS[profile.provider].name : name;
}

function isLacking(profile: ModelProfile, key: KeyStatus): boolean {
  return PROVIDER_FACTS[profile.provider].key === "needed" && key === "none";
}

function noteOf(profile: ModelProfile, key: KeyStatus): string {
  if (profile.provider === "recorded") return "bundled problems; others are compiled, no cost";
  if (profile.provider === "compiler") return "any problem with a solution, no cost";
  const { name, key: kind } = PROVIDER_FACTS[profile.provider];
  const parts = [profile.model === "" ? name : profile.model];
  if (isLacking(profile, key)) parts.push("needs a key");
  else if (kind !== "none") parts.push(KEY_NOTE[key]);
  return parts.join(" · ");
}

/** Roles that ask another model than the profile in use. */
function rolesApart(settings: Settings): ModelRole[] {
  const base = profilesOf(settings.profiles).find((profile) => profile.id === settings.profile) ?? RECORDED_PROFILE;
  return MODEL_ROLES.filter((role) => {
    const own = profileFor(settings, role);
    return own.id !== base.id || own.model !== base.model;
  });
}

/** The model in use, in sight on every page, and one click away from another. */
export function ProfileMenu() {
  const settings = useSettings((state) => state.settings);
  const keys = useSettings((state) => state.keys);
  const choose = useSettings((state) => state.useProfile);
  const [, navigate] = useLocation();
  const [said, setSaid] = useState("");
  const profiles = profilesOf(settings.profiles);
  const current = profiles.find((profile) => profile.id === settings.profile) ?? RECORDED_PROFILE;
  const keyOf = (profile: ModelProfile): KeyStatus => keys[profile.id] ?? "none";
  const lacking = isLacking(current, keyOf(current));
  const apart = rolesApart(settings);

  const change = (id: string): void => {
    const next = profiles.find((profile) => profile.id === id);
    if (next === undefined) return;
    void choose(next.id);
    setSaid(`Model: ${nameOf(next)}`);
  };

  return (
    <>
      <Menu position="bottom-end" width={280} shadow="md" offset={12}>
        <Menu.Target>
          <UnstyledButton
            className={`${chipClasses.chip ?? ""} ${chipClasses.model ?? ""}`}
            data-lacking={lacking}
            aria-label={`Model: ${nameOf(current)}${lacking ? ", needs a key" : ""}`}
            title={nameOf(current)}
          >
            <IconSparkles size={16} stroke={1.75} aria-hidden />
            <span className={chipClasses.modelName}>{nameOf(current)}</span>
            <IconChevronDown size={13} stroke={1.75} aria-hidden />
          </UnstyledButton>
        </Menu.Target>
        <Menu.Dropdown className={classes.profiles ?? ""} aria-label="Model">
          <Menu.Label>Who writes</Menu.Label>
          <Menu.RadioGroup value={current.id} onChange={change}>
            {profiles.map((profile) => (
              <Menu.RadioItem key={profile.id} value={profile.id} closeMenuOnClick>
                <span className={classes.profile}>{nameOf(profile)}</span>
                <span className={classes.profileNote} data-lacking={isLacking(profile, keyOf(profile))}>
                  {noteOf(profile, keyOf(profile))}
                </span>
              </Menu.RadioItem>
            ))}
          </Menu.RadioGroup>
          {apart.length === 0 ? null : <Menu.Label>{`With a model of their own: ${apart.join(", ")}`}</Menu.Label>}
          <Menu.Divider />
          <Menu.Item
            leftSection={<IconSettings size={16} stroke={1.75} aria-hidden />}
            onClick={() => navigate(paths.settingsSection("model"))}
          >
            Model settings…
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <VisuallyHidden>
        <output>{said}</output>
      </VisuallyHidden>
    </>
  );
}
