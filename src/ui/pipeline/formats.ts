const NUMBER = new Intl.NumberFormat("en");
const CLOCK = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit" });

export const formatNumber = (value: number): string => NUMBER.format(value);
export const formatClock = (at: number): string => CLOCK.format(at);
