// What every element of the page wears: tokens as custom properties, type, focus, buttons.

import { css, unsafeCSS } from "lit";
import { palette } from "./palette.ts";

const colours = Object.entries(palette)
  .map(([name, [light, dark]]) => `--${name}: light-dark(${light}, ${dark});`)
  .join("\n");

/** For the outermost element alone; the others inherit. */
export const tokens = css`
  :host {
    all: initial; /* the letters of the page around it are not ours */
    color-scheme: light dark;
    ${unsafeCSS(colours)}
    --shadow: 0 1px 2px rgb(20 24 30 / 6%), 0 8px 24px -12px rgb(20 24 30 / 18%);
    --radius: 0.875rem;
    --small: 0.8125rem;
    --body: 0.9375rem;
    --large: 1.125rem;
    --huge: 1.5rem;
    font-family: Inter, "Segoe UI Variable Text", "Segoe UI", system-ui, -apple-system, Roboto,
      "Noto Sans", "Liberation Sans", sans-serif;
    font-size: var(--body);
    line-height: 1.5;
    color: var(--ink);
    -webkit-font-smoothing: antialiased;
  }
  :host([theme="light"]) {
    color-scheme: light;
  }
  :host([theme="dark"]) {
    color-scheme: dark;
  }
`;

export const shared = css`
  *,
  *::before,
  *::after {
    box-sizing: border-box;
  }
  :host([hidden]),
  [hidden] {
    display: none !important;
  }
  h1,
  h2,
  h3,
  p,
  ul,
  ol,
  dl,
  dd,
  figure,
  blockquote {
    margin: 0;
    padding: 0;
  }
  ul,
  ol {
    list-style: none;
  }
  svg {
    display: block;
  }
  button {
    font: inherit;
    color: inherit;
    background: none;
    border: 0;
    padding: 0;
    cursor: pointer;
    touch-action: manipulation;
  }
  button:disabled {
    cursor: default;
  }
  select {
    font: inherit;
    color: inherit;
    min-height: 1.75rem;
    max-width: 100%;
    padding: 0 0.25rem;
    background: var(--surface);
    border: 1px solid var(--control);
    border-radius: 0.5rem;
  }
  :focus-visible {
    outline: 2px solid var(--accent);
    outline-offset: 2px;
    border-radius: 0.375rem;
  }
  kbd {
    font: 600 0.6875rem/1 ui-monospace, "SF Mono", Consolas, "Liberation Mono", monospace;
    display: inline-grid;
    place-items: center;
    min-width: 1.25rem;
    height: 1.25rem;
    padding: 0 0.3125rem;
    border-radius: 0.3125rem;
    border: 1px solid currentcolor;
  }
  .eyebrow {
    font-size: var(--small);
    font-weight: 600;
    color: var(--soft);
    letter-spacing: 0.005em;
  }
  .quiet {
    color: var(--soft);
    font-size: var(--small);
  }
  .machine {
    display: flex;
    align-items: center;
    gap: 0.3125rem;
    color: var(--soft);
    font-size: var(--small);
  }
  .unseen {
    position: absolute;
    width: 1px;
    height: 1px;
    margin: -1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
  @media (prefers-reduced-motion: reduce) {
    *,
    *::before,
    *::after {
      animation: none !important;
      transition: none !important;
      scroll-behavior: auto !important;
    }
  }
`;
