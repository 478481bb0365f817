import { Button, Group, Text } from "@mantine/core";
import { useId, useState } from "react";
import { AS_PROFILE, isBuiltIn, MODEL_ROLES, type ModelRole, profileFor, profilesOf, type Settings } from "@/domain";
import { useSettings } from "@/ui/stores";
import { formatCount } from "../text/index.ts";
import { Section } from "../components/index.ts";
import { RoleRow } from "./role-row.tsx";
import classes from "./roles.module.css";
import { useSave } from "./use-save.ts";

const AS_ABOVE = { designer: AS_PROFILE, tester: AS_PROFILE, solver: AS_PROFILE, player: AS_PROFILE };

function differs(settings: Settings, role: ModelRole): boolean {
  return Object.values(settings.roles[role]).some((wish) => wish !== null);
}

function summaryOf(settings: Settings): string {
  const designer = profileFor(settings, "designer");
  const { name, provider, model } = designer;
  if (provider === "compiler") return "The built-in compiler writes environments, tests and solvers by itself: no model is asked.";
  const { designerReplies, testerReplies, solverReplies } = settings.limits;
  const who = isBuiltIn(designer) || model === "" ? name : `${name} (${model})`;
  return `All four use ${who}. Asked for: ${formatCount(designerReplies, "environment")}, ${formatCount(testerReplies, "set")} of tests, ${formatCount(solverReplies, "solver")}.`;
}

/** What each role does differently from the profile in use; one line as long as that is nothing. */
export function RolesSection() {
  const settings = useSettings((state) => state.settings);
  const { save } = useSave();
  const different = MODEL_ROLES.some((role) => differs(settings, role));
  const [open, setOpen] = useState(different);
  const panel = useId();
  const inUse = profilesOf(settings.profiles).find(({ id }) => id === settings.profile);
  return (
    <Section
      title="Who uses which model"
      id="roles"
      note="A cheap model can write the solvers, a careful one the environment. What is left empty is as the profile in use has it."
      aside={
        <Group gap="sm">
          {different ? (
            <Button size="xs" variant="default" onClick={() => save((now) => ({ ...now, roles: AS_ABOVE }))}>
              All as the profile
            </Button>
          ) : null}
          <Button size="xs" variant="default" aria-expanded={open} aria-controls={panel} onClick={() => setOpen(!open)}>
            {open ? "Hide" : "Choose per role"}
          </Button>
        </Group>
      }
    >
      {different ? null : (
        <Text size="sm" c="dimmed" mb={open ? "md" : 0}>
          {summaryOf(settings)}
        </Text>
      )}
      {different && !open ? (
        <Text size="sm" c="dimmed">
          {MODEL_ROLES.filter((role) => differs(settings, role))
            .map((role) => {
              const { name, model } = profileFor(settings, role);
              return `${role[0]?.toUpperCase()}${role.slice(1)}: ${name}${model === "" ? "" : ` (${model})`}`;
            })
            .join(" · ")}
          {`; the others use ${inUse?.name ?? "the profile in use"}.`}
        </Text>
      ) : null}
      <div id={panel} hidden={!open}>
        {open ? (
          <div className={classes.roles}>
            <div className={classes.rolesHead} aria-hidden>
              {["", "Profile", "Model", "Temperature", "Longest reply", "Effort", "Replies"].map((name) => (
                <span key={name}>{name}</span>
              ))}
            </div>
            {MODEL_ROLES.map((role) => (
              <RoleRow key={role} role={role} />
            ))}
          </div>
        ) : null}
      </div>
    </Section>
  );
}
