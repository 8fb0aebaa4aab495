// Colours and sizes of the app, as CSS variables. The large modes are for people who see or aim badly (适老化).

export type SizeMode = "standard" | "large" | "largest";

export const COLOURS = {
  paper: "#fbf8f3",
  card: "#ffffff",
  ink: "#1d1b19",
  quiet: "#5c5650",
  line: "#ddd6cc",
  red: "#9c1c16",
  green: "#1b6b3a",
  amber: "#8a5a00",
  onRed: "#ffffff",
  tint: "#f7ece6",
} as const;

/** Pairs of text and ground that pages use. */
export const TEXT_ON: readonly (readonly [keyof typeof COLOURS, keyof typeof COLOURS])[] = [
  ["ink", "paper"],
  ["ink", "card"],
  ["ink", "tint"],
  ["quiet", "paper"],
  ["quiet", "card"],
  ["red", "paper"],
  ["red", "card"],
  ["red", "tint"],
  ["green", "card"],
  ["green", "paper"],
  ["amber", "card"],
  ["amber", "paper"],
  ["onRed", "red"],
];

export interface Sizes {
  /** Pixels of the smallest text, of text, of titles and of the balance. */
  small: number;
  text: number;
  title: number;
  figure: number;
  /** Height and width of the smallest thing to tap. */
  target: number;
}

export const SIZES: Record<SizeMode, Sizes> = {
  standard: { small: 15, text: 17, title: 20, figure: 34, target: 48 },
  large: { small: 19, text: 21, title: 24, figure: 30, target: 64 },
  largest: { small: 24, text: 26, title: 30, figure: 30, target: 72 },
};

export const LINE_HEIGHT = 1.5;

/** Returns the variables that a page sets on its root. */
export function cssVariables(mode: SizeMode): Record<string, string> {
  const sizes = Object.entries(SIZES[mode]).map(([name, pixels]) => [`--${name}`, `${pixels}px`]);
  const colours = Object.entries(COLOURS).map(([name, colour]) => [`--${name}`, colour]);
  return Object.fromEntries([...sizes, ...colours, ["--line-height", String(LINE_HEIGHT)]]);
}

/** Returns the contrast of two colours by WCAG, from 1 to 21. */
export function contrast(one: string, other: string): number {
  const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

function luminance(colour: string): number {
  const channel = (at: number) => {
    const value = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5);
}
