import type { EnvironmentId, Episode, EpisodeId } from "@/domain";
import { isNewer, type Listing } from "./records.ts";
import { Repository } from "./repository.ts";
import { guarded } from "./storage-errors.ts";

export class EpisodeRepository extends Repository<EpisodeId, Episode> {
  async listOf(environmentId: EnvironmentId): Promise<Listing<Episode>> {
    const raws = await guarded(() => this.table.where("environmentId").equals(environmentId).toArray());
    return this.database.unreadable.take(this.table, this.kind, raws);
  }

  async removeOf(environmentIds: readonly EnvironmentId[]): Promise<void> {
    await guarded(() =>
      this.table
        .where("environmentId")
        .anyOf([...environmentIds])
        .filter((raw) => !isNewer(this.kind, raw))
        .delete(),
    );
    this.changes.announce("episodes", null);
  }
}
