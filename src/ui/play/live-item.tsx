import { Loader } from "@mantine/core";
import type { LiveTurn } from "@/state";
import { useNow } from "../components/index.ts";
import { waitingText } from "../text/index.ts";
import stepClasses from "./steps.module.css";
import classes from "./live-item.module.css";

/** The end is what is being written; all of a long text would be laid out ten times a second. */
const SHOWN_CHARS = 4000;
const tail = (text: string): string => (text.length > SHOWN_CHARS ? `… ${text.slice(-SHOWN_CHARS)}` : text);

/** A model's turn while it comes in: thinking, then text; or why it waits. */
export function LiveItem({ live: { text, reasoning, waiting } }: { live: LiveTurn }) {
  const now = useNow(waiting !== null);
  return (
    <div className={classes.live}>
      <span className={classes.liveHead}>
        <Loader size={12} aria-hidden />
        {waiting !== null
          ? waitingText(waiting, now)
          : text !== ""
            ? "Writing…"
            : reasoning !== ""
              ? "Thinking…"
              : "Asked; nothing has come yet"}
      </span>
      {reasoning !== "" && text === "" && <pre className={stepClasses.said}>{tail(reasoning)}</pre>}
      {text !== "" && <pre className={stepClasses.said}>{tail(text)}</pre>}
    </div>
  );
}
