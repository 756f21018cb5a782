// What the pages that record wear beside `shared`: cards, buttons, fields.

import { css } from "lit";

export const controls = css`
  .card {
    display: grid;
    gap: 0.75rem;
    padding: 1rem 1.125rem 1.125rem;
    background: var(--surface);
    border: 1px solid var(--line);
    border-radius: var(--radius);
    box-shadow: var(--shadow);
  }
  h1 {
    font-size: 1.375rem;
    font-weight: 650;
    line-height: 1.25;
    letter-spacing: -0.012em;
  }
  h2 {
    font-size: var(--body);
    font-weight: 650;
  }
  .primary,
  .plain {
    display: inline-flex;
    align-items: center;
    justify-content: center;
    gap: 0.5rem;
    min-height: 2.75rem;
    padding: 0.375rem 1.125rem;
    border-radius: 0.75rem;
    font-weight: 600;
    line-height: 1.3;
  }
  .primary {
    background: var(--accent);
    color: var(--accentInk);
  }
  .primary:disabled {
    opacity: 0.55;
  }
  .plain {
    border: 1px solid var(--control);
    background: var(--surface);
  }
  .plain:hover:enabled {
    border-color: var(--accent);
    color: var(--accent);
  }
  .points {
    display: grid;
    gap: 0.5rem;
    font-size: var(--small);
    line-height: 1.45;
  }
  .points li {
    display: flex;
    gap: 0.5rem;
  }
  .points svg {
    flex: none;
    margin-top: 0.0625rem;
    color: var(--accent);
  }
  label {
    font-size: var(--small);
    font-weight: 600;
  }
  label.check {
    display: flex;
    gap: 0.5rem;
    align-items: flex-start;
    font-weight: 450;
    line-height: 1.4;
  }
  label.check input {
    flex: none;
    width: 1.125rem;
    height: 1.125rem;
    margin: 0.0625rem 0 0;
    accent-color: var(--accent);
  }
  select,
  input[type="url"],
  input[type="text"] {
    font: inherit;
    color: inherit;
    width: 100%;
    min-height: 2.5rem;
    padding: 0.25rem 0.625rem;
    background: var(--surface);
    border: 1px solid var(--control);
    border-radius: 0.625rem;
  }
  .problem {
    display: flex;
    gap: 0.5rem;
    align-items: flex-start;
    padding: 0.5rem 0.75rem;
    border-radius: 0.625rem;
    background: var(--warningTint);
    font-size: var(--small);
    line-height: 1.4;
  }
  .problem svg {
    flex: none;
    margin-top: 0.0625rem;
    color: var(--warning);
  }
  .problem span {
    min-width: 0;
    overflow-wrap: anywhere;
  }
`;
