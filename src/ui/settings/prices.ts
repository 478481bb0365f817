import { useEffect, useState } from "react";
import type { ModelProfile, Price, PriceEdit, ProviderId } from "@/domain";
import { useSettings } from "@/ui/stores";

/** A price is shown as exactly as it is known, unlike a cost: $2.00, $0.0375, $1.375. */
function dollars(usd: number): string {
  return `$${usd.toLocaleString("en", { minimumFractionDigits: 2, maximumFractionDigits: 6 })}`;
}

export function perMillion(price: { input: number; cachedInput?: number | null; output: number }): string {
  const cached = price.cachedInput === undefined || price.cachedInput === null ? "" : `, ${dollars(price.cachedInput)} cached`;
  return `${dollars(price.input)} in${cached}, ${dollars(price.output)} out`;
}

const day = new Intl.DateTimeFormat(undefined, { dateStyle: "medium" });
export function editedOn(edit: PriceEdit): string {
  return day.format(edit.editedAt);
}

export function isSamePrice(edit: PriceEdit, provider: ProviderId, model: string): boolean {
  return edit.provider === provider && edit.model === model;
}

/** "unread" until it has been looked up; null: nobody knows it. */
export function usePrice({ provider, baseUrl, model }: Pick<ModelProfile, "provider" | "baseUrl" | "model">): Price | null | "unread" {
  const of = `${provider} ${baseUrl} ${model}`;
  const priceOf = useSettings((state) => state.priceOf);
  const edits = useSettings((state) => state.settings.prices);
  const [read, setRead] = useState<{ of: string; price: Price | null } | null>(null);
  useEffect(() => {
    let current = true;
    const show = (price: Price | null): void => {
      if (current) setRead({ of, price });
    };
    // A table that cannot be loaded knows no price.
    priceOf({ provider, baseUrl, model }).then(show, () => show(null));
    return () => {
      current = false;
    };
  }, [priceOf, of, provider, baseUrl, model, edits]);
  return read?.of === of ? read.price : "unread";
}
