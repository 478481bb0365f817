import { createStore, type StoreApi } from "zustand/vanilla";
import { dayOf, errorData, NO_SPEND, PlaygroundError, type Problem, type ProblemId, profileFor, type Settings } from "@/domain";
import { estimateRun } from "@/pipeline";
import type { PlaygroundStorage } from "@/storage";
import type { ModelPorts } from "./model-ports.ts";
import type { SpendState } from "./types.ts";

export type SpendPorts = {
  storage: Promise<Pick<PlaygroundStorage, "replies" | "liveChanges">>;
  models: Pick<ModelPorts, "price">;
  settings(): Settings;
  problem(id: ProblemId): Problem | undefined;
};

export type SpendHandle = {
  store: StoreApi<SpendState>;
  /** A reply was booked. */
  booked(): void;
};

/** Replies come in bursts; the sums are read at most this often. */
const REFRESH_MS = 300;

/** What was spent, as the ledger has it: this tab's and other tabs' replies alike. */
export function createSpendStore(ports: SpendPorts): SpendHandle {
  let timer: ReturnType<typeof setTimeout> | undefined;

  async function refresh(): Promise<void> {
    try {
      const { replies } = await ports.storage;
      const [days, storedReplies] = await Promise.all([replies.days(), replies.stored()]);
      const today = days.find(({ day }) => day === dayOf(Date.now()))?.tally ?? NO_SPEND;
      store.setState({ load: { status: "ready" }, days, today, storedReplies });
    } catch (error) {
      store.setState({ load: { status: "failed", error: errorData(error) } });
    }
  }

  function booked(): void {
    timer ??= setTimeout(() => {
      timer = undefined;
      void refresh();
    }, REFRESH_MS);
  }

  const store: StoreApi<SpendState> = createStore<SpendState>()(() => ({
    load: { status: "loading" },
    today: NO_SPEND,
    days: [],
    storedReplies: 0,
    refresh,
    async forgetReplies() {
      await (await ports.storage).replies.forgetTexts();
      await refresh();
    },
    async estimate(problemId) {
      const problem = ports.problem(problemId);
      if (problem === undefined)
        throw new PlaygroundError("no-problem", "This problem is no longer here.", { hint: "Choose another one." });
      const settings = ports.settings();
      const { limits, prompts, replyForm } = settings;
      return estimateRun({
        problem,
        limits,
        prompts,
        replyForm,
        history: await (await ports.storage).replies.history(),
        priceOf: async (role) => {
          const profile = profileFor(settings, role);
          const { model, concurrency, effort } = profile;
          const price = await ports.models.price(profile);
          return {
            price,
            model,
            concurrency: profile.provider === "recorded" ? 1 : concurrency,
            ...(effort === null ? {} : { thinks: effort !== "minimal" }),
          };
        },
      });
    },
  }));

  void refresh();
  ports.storage.then(
    (storage) => storage.liveChanges(({ kind }) => (kind === "replies" || kind === "everything" ? booked() : undefined)),
    () => {},
  );
  return { store, booked };
}
