import { Anchor, Text } from "@mantine/core";
import { Link } from "wouter";
import { COMPILER_PROFILE, PROVIDER_FACTS, RECORDED_PROFILE } from "@/domain";
import { useSettings } from "@/ui/stores";
import { paths } from "../text/index.ts";
import type { Readiness } from "./readiness.ts";

const COMPILES = " “Compile the solution” needs none of that: it cuts it by rules, here and for free.";

/** `compiles`: the button “Compile the solution” stands beside the other one, so the difference is said. */
export function readyText({ synthesizer, recorded }: Extract<Readiness, { kind: "ready" }>, compiles: boolean): string | null {
  if (synthesizer === "compiler")
    return "No key needed: the built-in compiler cuts the solution itself. Free, and nothing leaves this page.";
  if (synthesizer === "both") {
    const first = "The built-in compiler cuts the solution first, for free; the model then has that to beat.";
    return compiles
      ? `“Make an environment”: ${first.charAt(0).toLowerCase()}${first.slice(1)} “Compile the solution” leaves the model out.`
      : first;
  }
  if (!recorded)
    return compiles
      ? "“Make an environment” asks the model of your settings, “Compile the solution” cuts it by rules: here, for free, with no model."
      : null;
  return compiles
    ? "No key needed either way: “Make an environment” uses replies that a model wrote beforehand, “Compile the solution” cuts it by rules, with no model."
    : null;
}

/** Why no run can start yet, and where that is put right; or what a start asks of nobody. */
export function ReadinessNote({ readiness, bundled, compiles = false }: { readiness: Readiness; bundled: boolean; compiles?: boolean }) {
  const choose = useSettings((state) => state.useProfile);
  if (readiness.kind === "ready") {
    const text = readyText(readiness, compiles);
    if (text === null) return null;
    return (
      <Text size="sm" c="dimmed">
        {text}
      </Text>
    );
  }
  if (readiness.kind === "no-recording") {
    return (
      <Text size="sm" c="dimmed">
        Some roles use recorded replies, which exist for the bundled problems only. For this one, choose a model for every role in Settings,
        or the built-in compiler.
        {compiles ? COMPILES : null}
      </Text>
    );
  }
  const { profile, lack } = readiness;
  const { name, keyUrl } = PROVIDER_FACTS[profile.provider];
  return (
    <Text size="sm" c="dimmed">
      {`“${profile.name.trim() === "" ? name : profile.name}” still needs ${lack}: put it in under `}
      <Anchor component={Link} href={paths.settingsSection("model")} inherit underline="always">
        Settings, Model
      </Anchor>
      {"."}
      {lack !== "a key" ? null : " It stays in this tab's memory unless you ask to keep it, and goes to nobody but the provider."}
      {lack !== "a key" || keyUrl === null ? null : (
        <>
          {" "}
          <Anchor href={keyUrl} target="_blank" rel="noopener noreferrer" inherit underline="always">
            {`Keys of ${name} are made here.`}
          </Anchor>
        </>
      )}
      {" Or "}
      <Anchor
        component="button"
        type="button"
        inherit
        underline="always"
        onClick={() => void choose(bundled ? RECORDED_PROFILE.id : COMPILER_PROFILE.id)}
      >
        {bundled ? "use the recorded replies" : "use the built-in compiler"}
      </Anchor>
      {bundled ? ", which need none." : ", which needs none."}
      {compiles ? COMPILES : null}
    </Text>
  );
}
