import type { LogFormat, StoredEvent } from "@/domain";

/** What makes work over an event log one kind of job: how its events are written, and what they say. */
export type JobKind<Event, View extends { readonly lastSeq: number }> = {
  log: LogFormat<Event>;
  emptyView(): View;
  /** Takes one event into the view, in place: a log has thousands of them. One that it has already changes nothing. */
  fold(view: View, stored: StoredEvent<Event>): void;
  /** A copy that shares nothing an event changes in place, so that a selector sees what changed. */
  copy(view: View): View;
  /** Neither ended nor halted: a tab that was reloaded while it drove it resumes it. */
  isOpen(view: View): boolean;
  /** Requests that the reload cut off would be paid for again: the job waits for the person, or it is taken up and paused. */
  whenPaidAgain: "wait" | "pause";
};
