import { type ConnectionCause, type ConnectionCode, ModelError, type ModelErrorCode } from "@/domain";
import { AttemptFailure } from "../chat/retry.ts";

/**
 * What a failure means for the connection. It travels as the `cause` of the error that a person sees in a run,
 * so that the connection check says the same of the same failure.
 */
class Diagnosis {
  readonly causes: readonly ConnectionCause[];

  constructor(causes: readonly ConnectionCause[]) {
    this.causes = causes;
  }
}

/** Null: nothing was written down for it. */
export function causesIn(error: ModelError): readonly ConnectionCause[] | null {
  return error.cause instanceof Diagnosis ? error.cause.causes : null;
}

export type Finding = {
  code: ModelErrorCode;
  message: string;
  hint: string;
  /** The attempt may be repeated at once. */
  again: boolean;
  /** The same request can succeed later; default: as `again`. */
  retryable?: boolean;
  afterMs?: number | null;
  causes: readonly ConnectionCause[];
};

export function failureOf({ code, message, hint, again, retryable = again, afterMs = null, causes }: Finding): AttemptFailure {
  return new AttemptFailure(new ModelError(code, message, { hint, retryable, cause: new Diagnosis(causes) }), { again, afterMs });
}

/** A cause that was seen, or the most likely one where the same sight has several. */
export function seen(
  code: ConnectionCode,
  title: string,
  todo: string,
  certainty: ConnectionCause["certainty"] = "certain",
): ConnectionCause {
  return { code, certainty, title, todo };
}
