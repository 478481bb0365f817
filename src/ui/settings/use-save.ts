import { notifications } from "@mantine/notifications";
import { errorData, type Settings } from "@/domain";
import { useSettings } from "@/ui/stores";

/** Changes settings at once; a change that could not be kept is said aloud. */
export function useSave(): { save: (change: (settings: Settings) => Settings) => void } {
  const update = useSettings((state) => state.update);
  return {
    save: (change) => {
      update(change).catch((error: unknown) => {
        notifications.show({
          color: "red",
          autoClose: false,
          title: "The setting could not be kept",
          message: errorData(error).message,
          closeButtonProps: { "aria-label": "Close the notification" },
        });
      });
    },
  };
}
