import { Alert, Button, Text } from "@mantine/core";
import { IconRefresh } from "@tabler/icons-react";
import { useState } from "react";

/** Whether the app is there to be loaded again. A reload without it would leave the person with nothing. */
async function isReachable(): Promise<boolean> {
  try {
    return (await fetch(window.location.pathname, { cache: "no-store" })).ok;
  } catch {
    return false;
  }
}

/** After a new version was put online, an open tab asks for parts that are no longer there: only a reload helps. */
export function MissingPart() {
  const [state, setState] = useState<"idle" | "asking" | "away">("idle");
  const reload = async (): Promise<void> => {
    setState("asking");
    if (await isReachable()) window.location.reload();
    else setState("away");
  };
  return (
    <Alert color="yellow" variant="light" icon={<IconRefresh aria-hidden />} title="A part of the app could not be fetched" role="alert">
      <Text size="sm">
        A newer version was put online since this tab was opened, or the network was away. Loading the app again puts it right.
      </Text>
      <Text size="sm" mt={4}>
        What you made is saved, a run resumes, and what you were writing is still there: a problem, a prompt, pasted text, a call. A key
        that this tab holds in memory has to be put in again.
      </Text>
      <Button
        size="xs"
        mt="sm"
        leftSection={<IconRefresh size={14} aria-hidden />}
        loading={state === "asking"}
        onClick={() => void reload()}
      >
        Reload the app
      </Button>
      <Text size="sm" mt={6} component="output" display="block">
        {state === "away"
          ? "The app's address does not answer now, so this tab was left as it is. Try it again in a while; the other pages still work."
          : ""}
      </Text>
    </Alert>
  );
}
