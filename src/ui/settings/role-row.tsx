import { Select, Text } from "@mantine/core";
import { useId } from "react";
import {
  COMPILER_PROFILE,
  isBuiltIn,
  type Limits,
  type ModelRole,
  PROVIDER_FACTS,
  profileFor,
  profilesOf,
  RECORDED_PROFILE,
} from "@/domain";
import { useSettings } from "@/ui/stores";
import { BlankNumber } from "./blank-number.tsx";
import { EffortField, LONGEST_REPLY, TEMPERATURE } from "./call-settings.tsx";
import { ModelNameField } from "./model-name-field.tsx";
import { NumberField } from "./number-field.tsx";
import classes from "./roles.module.css";
import { keep, useSave } from "./use-save.ts";

const ROLE: Record<ModelRole, { name: string; about: string; replies: { key: keyof Limits & `${string}Replies`; max: number } | null }> = {
  designer: { name: "Designer", about: "writes the environment", replies: { key: "designerReplies", max: 20 } },
  tester: { name: "Tester", about: "writes sets of tests", replies: { key: "testerReplies", max: 20 } },
  solver: { name: "Solver", about: "writes solvers", replies: { key: "solverReplies", max: 50 } },
  player: { name: "Player", about: "plays what is made", replies: null },
};

/** A row of the table on a wide page, a card with labels on a narrow one. */
export function RoleRow({ role }: { role: ModelRole }) {
  const settings = useSettings((state) => state.settings);
  const changeRole = useSettings((state) => state.changeRole);
  const { save } = useSave();
  const title = useId();
  const { name, about, replies } = ROLE[role];
  const wishes = settings.roles[role];
  const profiles = profilesOf(settings.profiles);
  const inUse = profiles.find(({ id }) => id === settings.profile) ?? RECORDED_PROFILE;
  const base = profiles.find(({ id }) => id === wishes.profile) ?? inUse;
  const asked = profileFor(settings, role);
  const fixed = isBuiltIn(asked);
  const unnamed = fixed || asked.provider === "chrome";
  // The compiler writes a whole environment: it is no model for one role.
  const offered = profiles.filter(({ id }) => id !== COMPILER_PROFILE.id);
  const change = (part: Partial<typeof wishes>): void => keep(changeRole(role, part));
  return (
    <fieldset aria-labelledby={title} className={classes.role}>
      <div className={classes.roleName}>
        <Text size="sm" fw={600} id={title}>
          {name}
        </Text>
        <Text size="xs" c="dimmed">
          {about}
        </Text>
      </div>
      <Select
        label="Profile"
        className={classes.wide}
        data={[
          { value: "", label: `As above: ${inUse.name}` },
          ...offered.map((profile) => ({ value: profile.id as string, label: profile.name })),
        ]}
        value={wishes.profile ?? ""}
        allowDeselect={false}
        // What was wished of another provider's model says nothing about this one's.
        onChange={(value) => change({ profile: profiles.find(({ id }) => id === value)?.id ?? null, model: null, effort: null })}
      />
      <ModelNameField
        key={base.id}
        label="Model"
        className={classes.wide}
        profile={base}
        value={wishes.model ?? ""}
        placeholder={unnamed ? "–" : base.model === "" ? "none chosen yet" : base.model}
        optional
        disabled={unnamed}
        onCommit={(model) => change({ model: model === "" ? null : model })}
      />
      <BlankNumber
        label="Temperature"
        blank={fixed ? "–" : String(base.temperature ?? "default")}
        value={wishes.temperature}
        {...TEMPERATURE}
        disabled={fixed}
        onCommit={(temperature) => change({ temperature })}
      />
      <BlankNumber
        label="Longest reply"
        blank={fixed ? "–" : (base.maxOutputTokens?.toLocaleString("en").replaceAll(",", " ") ?? "default")}
        value={wishes.maxOutputTokens}
        {...LONGEST_REPLY}
        disabled={fixed}
        onCommit={(maxOutputTokens) => change({ maxOutputTokens })}
      />
      {PROVIDER_FACTS[base.provider].effort ? (
        <EffortField
          blank={base.effort === null ? "Default" : `As above: ${base.effort}`}
          value={wishes.effort}
          onCommit={(effort) => change({ effort })}
        />
      ) : (
        <Text size="sm" c="dimmed" className={classes.roleBlank} aria-hidden>
          –
        </Text>
      )}
      {replies === null ? (
        <Text size="sm" c="dimmed" className={classes.roleBlank} aria-hidden>
          –
        </Text>
      ) : (
        <NumberField
          label="Replies"
          value={settings.limits[replies.key]}
          min={1}
          max={replies.max}
          onCommit={(count) => save((now) => ({ ...now, limits: { ...now.limits, [replies.key]: count } }))}
        />
      )}
    </fieldset>
  );
}
