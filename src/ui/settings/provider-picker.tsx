import { Modal, SimpleGrid, Stack, Text, Title, UnstyledButton } from "@mantine/core";
import { useEffect, useState } from "react";
import { PROVIDER_FACTS, type ProviderId } from "@/domain";
import { useSettings } from "@/ui/stores";
import { ErrorNotice, useAction } from "../components/index.ts";
import classes from "./provider-picker.module.css";

const GROUPS: readonly { title: string; providers: readonly ProviderId[] }[] = [
  {
    title: "Providers, with your own key",
    providers: ["openai", "anthropic", "google", "openrouter", "mistral", "groq", "deepseek", "xai", "together"],
  },
  { title: "On your own computer", providers: ["ollama", "lm-studio", "vllm", "llama-cpp"] },
  { title: "Elsewhere", providers: ["compatible", "chrome"] },
];

type Chrome = "asking" | "available" | "downloadable" | "unavailable";
const CHROME_NOTE: Record<Chrome, string | null> = {
  asking: "Asking this browser for it…",
  available: null,
  downloadable: "Chrome downloads it first, once: some gigabytes.",
  unavailable: "This browser does not offer one on this device.",
};

function Choice({
  provider,
  note,
  disabled,
  onPick,
}: {
  provider: ProviderId;
  note: string | null;
  disabled: boolean;
  onPick: () => void;
}) {
  const { name, about } = PROVIDER_FACTS[provider];
  return (
    <UnstyledButton className={classes.choice} disabled={disabled} onClick={onPick}>
      <Text size="sm" fw={600}>
        {name}
      </Text>
      <Text size="xs" c="dimmed">
        {about}
      </Text>
      {note === null ? null : (
        <Text size="xs" mt={2}>
          {note}
        </Text>
      )}
    </UnstyledButton>
  );
}

function Choices({ onPick }: { onPick: (provider: ProviderId) => Promise<void> }) {
  const chromeModel = useSettings((state) => state.chromeModel);
  const [chrome, setChrome] = useState<Chrome>("asking");
  const action = useAction();
  useEffect(() => {
    let current = true;
    const show = (found: Chrome): void => {
      if (current) setChrome(found);
    };
    chromeModel().then(show, () => show("unavailable"));
    return () => {
      current = false;
    };
  }, [chromeModel]);
  return (
    <Stack gap="lg">
      {GROUPS.map(({ title, providers }) => (
        <div key={title}>
          <Title order={3} size="h4" mb="xs">
            {title}
          </Title>
          <SimpleGrid cols={{ base: 1, xs: 2 }} spacing={8} verticalSpacing={8}>
            {providers.map((provider) => (
              <Choice
                key={provider}
                provider={provider}
                note={provider === "chrome" ? CHROME_NOTE[chrome] : null}
                disabled={action.busy || (provider === "chrome" && (chrome === "asking" || chrome === "unavailable"))}
                onPick={() => action.run(() => onPick(provider))}
              />
            ))}
          </SimpleGrid>
        </div>
      ))}
      {action.error === null ? null : <ErrorNotice error={action.error} />}
    </Stack>
  );
}

/** Where the new model is reached. Picking one is all: the rest has defaults. */
export function ProviderPicker({
  open,
  onClose,
  onPick,
}: {
  open: boolean;
  onClose: () => void;
  onPick: (provider: ProviderId) => Promise<void>;
}) {
  const [picked, setPicked] = useState(false);
  return (
    <Modal
      opened={open}
      onClose={onClose}
      title="Add a model"
      size="lg"
      // After a pick the focus goes on to the new profile's first field.
      returnFocus={!picked}
      onExitTransitionEnd={() => setPicked(false)}
    >
      <Choices
        onPick={async (provider) => {
          setPicked(true);
          await onPick(provider);
        }}
      />
    </Modal>
  );
}
