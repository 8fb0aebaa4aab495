import { expect, test } from "vitest";
import * as format from "@/logic/format";

const NOON = Date.parse("2026-11-05T12:00:00+08:00");
const LATE = Date.parse("2026-11-05T23:30:00+08:00");

test.each([
  [0, "0"],
  [999, "999"],
  [1234, "1,234"],
  [-1234567, "−1,234,567"],
])("%d is read as %s", (value, text) => {
  expect(format.number(value)).toBe(text);
});

test("a change has its sign", () => {
  expect([5, 0, -5].map(format.change)).toEqual(["+5", "0", "−5"]);
});

test("days, months and instants are read as in Shanghai", () => {
  expect(format.day("2026-10-05")).toBe("10 月 5 日");
  expect(format.day(null)).toBe("");
  expect(format.month("2026-10")).toBe("2026 年 10 月");
  expect(format.moment("2026-10-05T18:30:00Z")).toBe("10 月 6 日 02:30");
});

test("today is the day in Shanghai, also shortly before midnight", () => {
  expect(format.dayBefore(LATE, 0)).toBe("2026-11-05");
  expect(format.dayBefore(LATE, 5)).toBe("2026-10-31");
});

test("a deed of today happened now, a deed of an earlier day at noon", () => {
  expect(format.happenedAt("2026-11-05", NOON)).toBe("2026-11-05T04:00:00.000Z");
  expect(format.happenedAt("2026-11-03", NOON)).toBe("2026-11-03T12:00:00+08:00");
});

test("a place says what is known of it", () => {
  expect(format.place(3, 12)).toBe("3 排 12 号院");
  expect(format.place(null, 12)).toBe("12 号院");
  expect(format.place(null, null)).toBe("");
});

test("digits are grouped for reading out", () => {
  expect(format.grouped("861234567890123456")).toBe("8612 3456 7890 1234 56");
});

test("seconds left are whole and never negative", () => {
  expect(format.secondsUntil("2026-11-05T04:00:30.200Z", NOON)).toBe(31);
  expect(format.secondsUntil("2026-11-05T03:59:00Z", NOON)).toBe(0);
});
