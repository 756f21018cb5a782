// What the pages for supervisors share beside the sidebar's own: headings, fields, buttons, cards.

import { css } from "lit";

export const site = css`
  :host {
    display: block;
    min-height: 100vh;
    background: var(--paper);
  }
  main {
    max-width: 84rem;
    margin: 0 auto;
    padding: 1.5rem 1.5rem 4rem;
  }
  h1 {
    font-size: var(--huge);
    font-weight: 650;
    line-height: 1.2;
    letter-spacing: -0.012em;
  }
  h2 {
    font-size: 1rem;
    font-weight: 650;
    line-height: 1.3;
  }
  a {
    color: var(--accent);
  }
  .card {
    background: var(--surface);
    border: 1px solid var(--line);
    border-radius: var(--radius);
    padding: 0.875rem 1rem;
  }
  input,
  select,
  textarea {
    font: inherit;
    font-size: 0.875rem;
    color: inherit;
    width: 100%;
    min-width: 0;
    min-height: 2.25rem;
    padding: 0 0.625rem;
    background: var(--surface);
    border: 1px solid var(--control);
    border-radius: 0.5rem;
  }
  textarea {
    padding-block: 0.5rem;
    field-sizing: content;
    resize: vertical;
  }
  input[type="checkbox"],
  input[type="range"] {
    width: auto;
    min-height: 0;
    accent-color: var(--accent);
  }
  label {
    font-size: var(--small);
    font-weight: 550;
    color: var(--soft);
  }
  .button {
    display: inline-flex;
    align-items: center;
    justify-content: center;
    gap: 0.375rem;
    min-height: 2.25rem;
    padding: 0 0.875rem;
    border: 1px solid var(--control);
    border-radius: 0.5rem;
    background: var(--surface);
    color: var(--ink);
    font-size: 0.875rem;
    font-weight: 600;
    text-decoration: none;
    cursor: pointer;
  }
  .button:hover {
    background: var(--raised);
  }
  .button.primary {
    border-color: var(--accent);
    background: var(--accent);
    color: var(--accentInk);
  }
  .button.primary:hover {
    filter: brightness(1.08);
  }
  .button:disabled {
    opacity: 0.55;
  }
  .trouble {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 0.5rem 0.75rem;
    padding: 0.625rem 0.875rem;
    border-radius: 0.625rem;
    background: var(--warningTint);
    color: var(--ink);
  }
  .trouble svg {
    flex: none;
    color: var(--warning);
  }
  .tone {
    display: inline-flex;
    align-items: center;
    gap: 0.3125rem;
    white-space: nowrap;
  }
  .tone svg {
    flex: none;
  }
  .tone.angry {
    color: var(--angry);
  }
  .tone.happy {
    color: var(--happy);
  }
  .tone.sad {
    color: var(--sad);
  }
  .tone.neutral {
    color: var(--neutral);
  }
  .tone.unsure {
    color: var(--unsure);
  }
  .number {
    font-variant-numeric: tabular-nums;
  }
`;
