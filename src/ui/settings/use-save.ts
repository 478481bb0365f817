import { notifications } from "@mantine/notifications";
import { errorData, type Settings } from "@/domain";
import { useSettings } from "@/ui/stores";

/** A change is seen at once and kept in the background; one that could not be kept is said aloud. */
export function keep(change: Promise<unknown>): void {
  change.catch((error: unknown) => {
    notifications.show({
      color: "red",
      autoClose: false,
      title: "The setting could not be kept",
      message: errorData(error).message,
      closeButtonProps: { "aria-label": "Close the notification" },
    });
  });
}

export function useSave(): { save: (change: (settings: Settings) => Settings) => void } {
  const update = useSettings((state) => state.update);
  return { save: (change) => keep(update(change)) };
}
