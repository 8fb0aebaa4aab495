// Days, times, points and places as residents read them. Times are those of Asia/Shanghai, whatever the phone's zone is.

const SHANGHAI_MS = 8 * 3600 * 1000;
const DAY_MS = 24 * 3600 * 1000;

/** `1234` as `1,234`. */
export function number(value: number): string {
  return String(Math.abs(value)).replace(/\B(?=(\d{3})+$)/g, ",").replace(/^/, value < 0 ? "−" : "");
}

/** `5` as `+5`, `-5` as `−5`. */
export function change(points: number): string {
  return points > 0 ? `+${number(points)}` : number(points);
}

/** `2026-10-05` as `10 月 5 日`; empty for no day. */
export function day(text: string | null | undefined): string {
  if (!text) return "";
  const [, month, date] = text.split("-");
  return `${Number(month)} 月 ${Number(date)} 日`;
}

/** `2026-10` as `2026 年 10 月`. */
export function month(period: string): string {
  const [year, number] = period.split("-");
  return `${year} 年 ${Number(number)} 月`;
}

/** An instant as `10 月 5 日 09:30`; empty for none. */
export function moment(text: string | null | undefined): string {
  if (!text) return "";
  const at = new Date(Date.parse(text) + SHANGHAI_MS).toISOString();
  return `${day(at.slice(0, 10))} ${at.slice(11, 16)}`;
}

/** The day in Shanghai so many days before an instant, as `2026-10-05`. */
export function dayBefore(now: number, days: number): string {
  return new Date(now + SHANGHAI_MS - days * DAY_MS).toISOString().slice(0, 10);
}

/** When a deed of that day happened: now if it is today, else noon of that day. */
export function happenedAt(on: string, now: number): string {
  if (on === dayBefore(now, 0)) return new Date(now).toISOString();
  return `${on}T12:00:00+08:00`;
}

/** Where somebody lives, as far as it is known: `3 排 12 号院`. */
export function place(row?: number | null, courtyard?: number | null): string {
  return [row == null ? "" : `${row} 排`, courtyard == null ? "" : `${courtyard} 号院`].filter(Boolean).join(" ");
}

/** Eighteen digits in groups of four, to be read out to a cashier. */
export function grouped(digits: string): string {
  return digits.replace(/(\d{4})(?=\d)/g, "$1 ");
}

/** Whole seconds until an instant, at least 0. */
export function secondsUntil(text: string, now: number): number {
  return Math.max(0, Math.ceil((Date.parse(text) - now) / 1000));
}
