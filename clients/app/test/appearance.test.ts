import { expect, test } from "vitest";
import { COLOURS, contrast, cssVariables, LINE_HEIGHT, SIZES, TEXT_ON } from "@/logic/appearance";

test.each(TEXT_ON)("text in %s on %s is told apart by people who see badly", (text, ground) => {
  expect(contrast(COLOURS[text], COLOURS[ground])).toBeGreaterThanOrEqual(4.5);
});

test("contrast is that of WCAG", () => {
  expect(contrast("#000000", "#ffffff")).toBeCloseTo(21);
  expect(contrast("#777777", "#ffffff")).toBeCloseTo(4.48, 2);
});

test.each(["large", "largest"] as const)("in the %s mode no text is below 18 or above 30, and targets are 60 or more", (mode) => {
  const { target, ...texts } = SIZES[mode];
  expect(Math.min(...Object.values(texts))).toBeGreaterThanOrEqual(18);
  expect(Math.max(...Object.values(texts))).toBeLessThanOrEqual(30);
  expect(target).toBeGreaterThanOrEqual(60);
});

test("in the standard mode targets are 44 or more", () => {
  expect(SIZES.standard.target).toBeGreaterThanOrEqual(44);
});

test("lines are apart by at least 1.3 of their height", () => {
  expect(LINE_HEIGHT).toBeGreaterThanOrEqual(1.3);
});

test("a page gets the sizes of its mode in pixels", () => {
  expect(cssVariables("large")).toMatchObject({ "--text": "21px", "--target": "64px", "--red": COLOURS.red });
});
