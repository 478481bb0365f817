/** A piece of a call as one event brings it; null: it says nothing of this. */
export type CallPiece = { index: number | null; id: string | null; name: string | null; arguments: string | null };
/** A call in full, its arguments as the model wrote them. */
export type WrittenCall = { id: string; name: string; arguments: string };

type Slot = { id: string | null; name: string | null; arguments: string };

/** Mistral takes ids of exactly this form only; everybody else takes them too. */
const ID_LENGTH = 9;
const LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789";

function freshId(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(ID_LENGTH)), (byte) => LETTERS[byte % LETTERS.length]).join("");
}

function isWholeObject(text: string): boolean {
  if (!text.trimEnd().endsWith("}")) return false;
  try {
    return typeof JSON.parse(text) === "object";
  } catch {
    return false;
  }
}

/**
 * Puts calls together from their pieces, as servers really send them: without indexes or ids, with the same index for
 * several calls, with the name in each piece, with all arguments once more at the end.
 */
export class CallAssembly {
  readonly #slots: Slot[] = [];
  readonly #byIndex = new Map<number, Slot>();
  #current: Slot | null = null;

  take(piece: CallPiece): void {
    const slot = this.#slotFor(piece);
    this.#current = slot;
    slot.id ??= piece.id;
    slot.name ??= piece.name;
    const more = piece.arguments ?? "";
    if (more === slot.arguments && isWholeObject(more)) return;
    slot.arguments += more;
  }

  /** In the order of their beginnings. */
  calls(): WrittenCall[] {
    const taken = new Set<string>();
    return this.#slots.flatMap((slot) => {
      const { name, arguments: written } = slot;
      if (name === null && written.trim() === "") return [];
      if (slot.id === null || taken.has(slot.id)) slot.id = freshId();
      taken.add(slot.id);
      return [{ id: slot.id, name: name ?? "", arguments: written }];
    });
  }

  #slotFor(piece: CallPiece): Slot {
    const { index, id } = piece;
    const known = index === null ? this.#withoutIndex(piece) : this.#byIndex.get(index);
    if (known !== undefined && !(index !== null && this.#beginsAnother(known, piece))) return known;
    const slot: Slot = { id, name: null, arguments: "" };
    this.#slots.push(slot);
    if (index !== null) this.#byIndex.set(index, slot);
    return slot;
  }

  /** Some servers give each call of a turn the index 0. */
  #beginsAnother(known: Slot, { id, name, arguments: written }: CallPiece): boolean {
    if (name === null) return false;
    if (id !== null && known.id !== null) return id !== known.id;
    return id === null && known.name !== null && (written ?? "") !== "" && written !== known.arguments && isWholeObject(known.arguments);
  }

  #withoutIndex({ id, name }: CallPiece): Slot | undefined {
    const current = this.#current ?? undefined;
    if (id !== null) {
      const same = this.#slots.find((slot) => slot.id === id);
      if (same !== undefined) return same;
      return name === null || current?.name === null ? current : undefined;
    }
    if (name === null || current === undefined || current.name === null) return current;
    // The name once more beside the next piece of the same call.
    return current.name === name && current.arguments.trim() !== "" && !isWholeObject(current.arguments) ? current : undefined;
  }
}
