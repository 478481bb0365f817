import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { packSnapshot, SnapshotFormatError, unpackSnapshot } from "@/sandbox/packed-snapshot.ts";

/** Memory as it is: stretches of zeros of all lengths between stretches of bytes. */
const memory = fc
  .array(fc.tuple(fc.nat({ max: 1500 }), fc.uint8Array({ maxLength: 40 })), { maxLength: 12 })
  .map((runs) => Uint8Array.from(runs.flatMap(([zeros, bytes]) => [...Array.from({ length: zeros }, () => 0), ...bytes])));

describe("a packed snapshot", () => {
  test("unpacks to the same bytes", () => {
    fc.assert(
      fc.property(memory, (bytes) => {
        expect(unpackSnapshot(packSnapshot(bytes))).toEqual(bytes);
      }),
    );
  });

  test("is read where it stands in a larger buffer", () => {
    const bytes = Uint8Array.of(0, 7, 0, 9);
    const packed = packSnapshot(bytes);
    const larger = new Uint8Array(packed.length + 10);
    larger.set(packed, 5);
    expect(unpackSnapshot(larger.subarray(5, 5 + packed.length))).toEqual(bytes);
  });

  test("leaves out long stretches of zeros", () => {
    const bytes = new Uint8Array(1_000_000);
    bytes[10] = 1;
    bytes[999_999] = 2;
    expect(packSnapshot(bytes).length).toBeLessThan(100);
    expect(packSnapshot(new Uint8Array(1_000_000)).length).toBe(12);
    expect(unpackSnapshot(packSnapshot(new Uint8Array(0)))).toHaveLength(0);
  });

  test("that was cut anywhere is refused", () => {
    fc.assert(
      fc.property(memory, fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (bytes, share) => {
        const packed = packSnapshot(bytes);
        expect(() => unpackSnapshot(packed.subarray(0, Math.floor(packed.length * share)))).toThrow(SnapshotFormatError);
      }),
    );
  });

  test("with bytes behind it is refused", () => {
    fc.assert(
      fc.property(memory, fc.uint8Array({ minLength: 1, maxLength: 20 }), (bytes, more) => {
        expect(() => unpackSnapshot(Uint8Array.from([...packSnapshot(bytes), ...more]))).toThrow(SnapshotFormatError);
      }),
    );
  });

  test("of any other content is refused, and never larger than half a gigabyte", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => void expect(() => unpackSnapshot(bytes)).toThrow(SnapshotFormatError)),
    );
    const huge = packSnapshot(Uint8Array.of(1));
    new DataView(huge.buffer).setUint32(4, 0xffff_ffff, true);
    expect(() => unpackSnapshot(huge)).toThrow(SnapshotFormatError);
  });

  test("with a header that was changed is refused or of the length it says", () => {
    fc.assert(
      fc.property(memory, fc.nat({ max: 11 }), fc.nat({ max: 255 }), (bytes, at, value) => {
        const packed = packSnapshot(bytes);
        packed[at] = value;
        try {
          const said = new DataView(packed.buffer).getUint32(4, true);
          fc.pre(said < 1 << 24);
          expect(unpackSnapshot(packed)).toHaveLength(said);
        } catch (error) {
          if (!(error instanceof SnapshotFormatError)) throw error;
        }
      }),
    );
  });
});
