import { Anchor, Text } from "@mantine/core";
import { Link } from "wouter";
import { PROVIDER_FACTS, RECORDED_PROFILE } from "@/domain";
import { useSettings } from "@/ui/stores";
import { paths } from "../components/index.ts";
import type { Readiness } from "./readiness.ts";

/** Why no run can start yet, and where that is put right. */
export function ReadinessNote({ readiness, bundled }: { readiness: Readiness; bundled: boolean }) {
  const choose = useSettings((state) => state.useProfile);
  if (readiness.kind === "ready") return null;
  if (readiness.kind === "no-recording") {
    return (
      <Text size="sm" c="dimmed">
        Recorded replies exist for the bundled problems only. For this one, choose a model in Settings: a provider's with your own key, or a server of your own.
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
      {!bundled ? null : (
        <>
          {" Or "}
          <Anchor component="button" type="button" inherit underline="always" onClick={() => void choose(RECORDED_PROFILE.id)}>
            use the recorded replies
          </Anchor>
          , which need none.
        </>
      )}
    </Text>
  );
}
