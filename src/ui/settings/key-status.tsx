import { Badge } from "@mantine/core";
import { IconKey, IconKeyOff, IconLockOpen } from "@tabler/icons-react";
import { type ModelProfile, PROVIDER_FACTS } from "@/domain";
import type { KeyStatus } from "@/state";

const TEXT = { none: "No key", session: "In memory", kept: "Kept on this device" } as const;

/** Whether a profile can be used as far as its key goes. */
export function KeyBadge({ profile, status }: { profile: Pick<ModelProfile, "provider">; status: KeyStatus }) {
  const facts = PROVIDER_FACTS[profile.provider];
  if (facts.key === "none" || (facts.local && status === "none")) {
    return (
      <Badge color="gray" leftSection={<IconLockOpen size={12} aria-hidden />}>
        No key needed
      </Badge>
    );
  }
  const missing = status === "none";
  return (
    <Badge
      color={!missing ? "green" : facts.key === "needed" ? "yellow" : "gray"}
      leftSection={missing ? <IconKeyOff size={12} aria-hidden /> : <IconKey size={12} aria-hidden />}
    >
      {TEXT[status]}
    </Badge>
  );
}
