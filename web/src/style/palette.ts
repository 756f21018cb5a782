// Every colour of the page: [light, dark]. Text pairs are held to WCAG AA by a test.

export type Shades = readonly [light: string, dark: string];

export const palette = {
  paper: ["#f5f4f1", "#131518"],
  surface: ["#ffffff", "#1c1f24"],
  raised: ["#faf9f7", "#23272e"],
  line: ["#e3e0da", "#30353e"],
  control: ["#858a94", "#727b89"],
  ink: ["#1b1f27", "#eceef1"],
  soft: ["#565d6a", "#a7afbb"],

  accent: ["#175a63", "#78c5cb"],
  accentInk: ["#ffffff", "#0b2225"],
  accentTint: ["#e9f2f2", "#18292c"],

  angry: ["#a8321f", "#ff9d8c"],
  angryTint: ["#fbeae6", "#3a201c"],
  happy: ["#21703f", "#7fd6a0"],
  happyTint: ["#e6f3ea", "#173022"],
  sad: ["#4c4fa3", "#b3b6fb"],
  sadTint: ["#ecedf9", "#262847"],
  neutral: ["#2e6468", "#8fcdce"],
  neutralTint: ["#e7f0f0", "#1a2e30"],
  unsure: ["#59606c", "#b1b8c3"],
  unsureTint: ["#eeeeee", "#2a2e35"],

  warning: ["#7d4e00", "#f1c069"],
  warningTint: ["#fbf1dc", "#33280f"],
} as const satisfies Record<string, Shades>;

export type Colour = keyof typeof palette;

/** What is written on what; each pair must reach 4.5 : 1 in light and in dark. */
export const TEXT_PAIRS: readonly (readonly [text: Colour, ground: Colour])[] = [
  ["ink", "paper"],
  ["ink", "surface"],
  ["ink", "raised"],
  ["ink", "accentTint"],
  ["soft", "paper"],
  ["soft", "surface"],
  ["soft", "raised"],
  ["soft", "accentTint"],
  ["accent", "surface"],
  ["accent", "paper"],
  ["accent", "accentTint"],
  ["accentInk", "accent"],
  ["angry", "angryTint"],
  ["happy", "happyTint"],
  ["sad", "sadTint"],
  ["neutral", "neutralTint"],
  ["unsure", "unsureTint"],
  ["angry", "surface"],
  ["happy", "surface"],
  ["sad", "surface"],
  ["neutral", "surface"],
  ["unsure", "surface"],
  ["warning", "warningTint"],
  ["warning", "surface"],
  ["ink", "warningTint"],
];

/** Lines that carry meaning and the borders of controls: 3 : 1. */
export const SIGN_PAIRS: readonly (readonly [sign: Colour, ground: Colour])[] = [
  ["control", "surface"],
  ["control", "paper"],
  ["accent", "surface"],
  ["accent", "paper"],
];
