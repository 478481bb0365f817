import { DEFAULT_SETTINGS, type Settings } from "@/domain";
import type { ChangeChannel } from "./changes.ts";
import type { PlaygroundDatabase } from "./database.ts";
import { keyKind, settingsKind } from "./record-kinds.ts";
import { readRecord } from "./records.ts";
import { place } from "./repository.ts";
import { guarded } from "./storage-errors.ts";

/** One record: model address, limits, prompts, appearance. Never the key. */
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

/** The model key, in a table of its own, only when the person asked to keep it on this device. */
export class KeyRecord {
  constructor(
    private readonly database: PlaygroundDatabase,
    private readonly changes: ChangeChannel,
  ) {}

  async read(): Promise<string | null> {
    return await guarded(async () => {
      const raw = await this.database.keys.get("key");
      return raw === undefined ? null : readRecord(keyKind, raw, "key").key;
    });
  }

  async keep(key: string): Promise<void> {
    // Nothing of a key is put aside: what was there is gone.
    await guarded(() => this.database.keys.put({ v: keyKind.version, id: "key", key }));
    this.changes.announce("key", null);
  }

  async forget(): Promise<void> {
    await guarded(() => this.database.keys.clear());
    this.changes.announce("key", null);
  }
}
