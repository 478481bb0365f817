import { ActionIcon, Code, Group, Text, Tooltip } from "@mantine/core";
import { IconCheck, IconCopy } from "@tabler/icons-react";
import { type ModelProfile, PROVIDER_FACTS } from "@/domain";
import { CopyText } from "../components/index.ts";

/** The part with the address in it, and the option or header that it belongs to: what one copies. */
const COPIED = /(?:--[\w-]+ |[\w-]+: )?\S*\{origin\}[^\s,;]*/;

/** Servers on one's own computer refuse web pages until they are told of this one. */
export function LetPagesIn({ profile }: { profile: Pick<ModelProfile, "provider"> }) {
  const { letPagesIn } = PROVIDER_FACTS[profile.provider];
  if (letPagesIn === null) return null;
  const found = COPIED.exec(letPagesIn);
  const part = found?.[0].replace(/\.$/, "");
  const line = part?.replace("{origin}", location.origin);
  return (
    <div>
      <Text size="sm" fw={500} mb={2}>
        So that this page may ask it
      </Text>
      <Text size="sm" c="dimmed" style={{ overflowWrap: "anywhere" }}>
        {letPagesIn.replace("{origin}", location.origin)}
      </Text>
      {line === undefined ? null : (
        <Group gap={6} mt={6} wrap="nowrap" align="flex-start">
          <Code style={{ overflowWrap: "anywhere", minWidth: 0, padding: "4px 8px" }}>{line}</Code>
          <CopyText value={line}>
            {({ state, copy }) => (
              <Tooltip label={{ idle: "Copy", copied: "Copied", refused: "Not allowed here: select the line and copy it" }[state]}>
                <ActionIcon variant="default" size={26} onClick={copy} aria-label={state === "copied" ? "Copied" : "Copy this line"}>
                  {state === "copied" ? <IconCheck size={15} aria-hidden /> : <IconCopy size={15} aria-hidden />}
                </ActionIcon>
              </Tooltip>
            )}
          </CopyText>
        </Group>
      )}
    </div>
  );
}
