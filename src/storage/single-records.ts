import { DEFAULT_SETTINGS, type ProfileId, type Settings } from "@/domain";
import type { ChangeChannel } from "./changes.ts";
import type { PlaygroundDatabase } from "./database.ts";
import { keyKind, settingsKind } from "./record-kinds.ts";
import { idOfRaw, readAll, readRecord, writeRecord } from "./records.ts";
import { place } from "./repository.ts";
import { guarded } from "./storage-errors.ts";

/** One record: model profiles, limits, prompts, appearance. Never a key. */
export class SettingsRecord {
  constructor(
    private readonly database: PlaygroundDatabase,
    private readonly changes: ChangeChannel,
  ) {}

  /** The defaults when nothing is saved. @throws StorageError "newer-version", "corrupt" */
  async read(): Promise<Settings> {
    return await guarded(async () => {
      const raw = await this.database.settings.get("settings");
      return raw === undefined ? DEFAULT_SETTINGS : readRecord(settingsKind, raw, "settings");
    });
  }

  async write(settings: Settings): Promise<void> {
    const { database } = this;
    await database.write([database.settings, database.damaged], () =>
      place(database, database.settings, settingsKind, [{ ...settings, id: "settings" }]),
    );
    this.changes.announce("settings", ["settings"]);
  }
}

/** Keys of model profiles, in a table of their own, only where the person asked to keep one on this device. */
export class KeyRecords {
  constructor(
    private readonly database: PlaygroundDatabase,
    private readonly changes: ChangeChannel,
  ) {}

  /** Unreadable ones are left out: they can be entered again. */
  async read(): Promise<ReadonlyMap<ProfileId, string>> {
    return await guarded(async () => {
      const { items } = readAll(keyKind, await this.database.keys.toArray(), idOfRaw);
      return new Map(items.map(({ id, key }) => [id, key]));
    });
  }

  async keep(id: ProfileId, key: string): Promise<void> {
    // Nothing of a key is put aside: what was there is gone.
    await guarded(() => this.database.keys.put(writeRecord(keyKind, { id, key })));
    this.changes.announce("key", [id]);
  }

  async forget(id: ProfileId): Promise<void> {
    await guarded(() => this.database.keys.delete(id));
    this.changes.announce("key", [id]);
  }

  async forgetAll(): Promise<void> {
    await guarded(() => this.database.keys.clear());
    this.changes.announce("key", null);
  }
}
