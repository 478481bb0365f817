import { Notifications, notifications } from "@mantine/notifications";
import { useEffect } from "react";
import { useSystem } from "@/ui/stores";

/** Hands the stores' notices to Mantine's notifications, once each. Errors stay until they are closed. */
export function Notices() {
  const notices = useSystem((state) => state.notices);
  const dismiss = useSystem((state) => state.dismiss);
  useEffect(() => {
    for (const { id, level, title, message } of notices) {
      notifications.show({
        id: `notice-${id}`,
        title,
        message,
        color: level === "error" ? "red" : "iris",
        autoClose: level === "error" ? false : 7000,
        closeButtonProps: { "aria-label": "Close the notification" },
      });
      dismiss(id);
    }
  }, [notices, dismiss]);
  return <Notifications position="bottom-right" limit={4} />;
}
