// Icons drawn for this page: 24 units square, one stroke, silent for screen readers.

import { html, svg, type TemplateResult } from "lit";
import type { ToneLabel } from "../events.ts";

const frame = (size: number, content: TemplateResult): TemplateResult => html`<svg
  viewBox="0 0 24 24"
  width=${size}
  height=${size}
  fill="none"
  stroke="currentColor"
  stroke-width="1.9"
  stroke-linecap="round"
  stroke-linejoin="round"
  aria-hidden="true"
>
  ${content}
</svg>`;

const face = (content: TemplateResult): TemplateResult =>
  svg`<circle cx="12" cy="12" r="9.2"></circle>${content}`;
const eyes = svg`<path d="M8.9 10.3v.01M15.1 10.3v.01" stroke-width="2.6"></path>`;

const FACES: Readonly<Record<ToneLabel, TemplateResult>> = {
  angry: face(svg`<path d="M7.6 8.4l2.9 1.5M16.4 8.4l-2.9 1.5"></path>
    <path d="M9 11.4v.01M15 11.4v.01" stroke-width="2.6"></path>
    <path d="M8.6 16.3c.9-1.3 2-1.9 3.4-1.9s2.5.6 3.4 1.9"></path>`),
  happy: face(svg`${eyes}<path d="M8 14c.9 1.5 2.3 2.3 4 2.3s3.1-.8 4-2.3"></path>`),
  sad: face(svg`<path d="M7.8 8.7l2.1-1M16.2 8.7l-2.1-1"></path>
    <path d="M9 11v.01M15 11v.01" stroke-width="2.6"></path>
    <path d="M9 16.2c.7-1 1.7-1.5 3-1.5s2.3.5 3 1.5"></path>`),
  neutral: face(svg`${eyes}<path d="M8.6 15.1c1 .5 2.2.7 3.4.7s2.4-.2 3.4-.7"></path>`),
  unsure: svg`<circle cx="12" cy="12" r="9.2" stroke-dasharray="3.2 2.58"></circle>
    <path d="M9.7 9.7c.1-1.3 1.1-2.2 2.4-2.2 1.4 0 2.4.9 2.4 2.1 0 1.8-2.4 1.9-2.4 3.7"></path>
    <path d="M12.1 16.4v.01" stroke-width="2.6"></path>`,
};

export const toneIcon = (label: ToneLabel, size = 24): TemplateResult => frame(size, FACES[label]);

const icon =
  (content: TemplateResult) =>
  (size = 18): TemplateResult =>
    frame(size, content);

export const icons = {
  listening: icon(svg`<path d="M4 10v4M8 7v10M12 4v16M16 7v10M20 10v4"></path>`),
  up: icon(svg`<path d="M5 16l5-5 3.5 3.5L20 8M15 8h5v5"></path>`),
  down: icon(svg`<path d="M5 8l5 5 3.5-3.5L20 16M15 16h5v-5"></path>`),
  flat: icon(svg`<path d="M4 12h15M15 8l4 4-4 4"></path>`),
  speech: icon(svg`<path d="M20 12.5a7 7 0 0 1-7 7H5l1.6-2.7A7 7 0 0 1 11 5.5h2a7 7 0 0 1 7 7z"></path>`),
  voice: icon(svg`<path d="M5 10v4M9.7 6.5v11M14.3 9v6M19 7v10"></path>`),
  measure: icon(svg`<path d="M4.5 17a8.5 8.5 0 1 1 15 0M12 13.5l3.5-4"></path>`),
  check: icon(svg`<path d="M5 12.5l4.5 4.5L19 7.5"></path>`),
  cross: icon(svg`<path d="M7 7l10 10M17 7L7 17"></path>`),
  play: icon(svg`<path d="M8 5.5v13l10.5-6.5z" fill="currentColor" stroke-width="1.5"></path>`),
  pause: icon(svg`<path d="M8.5 5.5v13M15.5 5.5v13" stroke-width="3.2"></path>`),
  link: icon(svg`<path d="M10 14a4 4 0 0 0 5.7 0l3-3A4 4 0 0 0 13 5.3l-1.3 1.3M14 10a4 4 0 0 0-5.7 0l-3 3A4 4 0 0 0 11 18.7l1.3-1.3"></path>`),
  warning: icon(svg`<path d="M12 4.5l8.5 15h-17zM12 10.5v4M12 17.2v.01"></path>`),
  info: icon(svg`<circle cx="12" cy="12" r="9"></circle><path d="M12 11v5M12 8v.01"></path>`),
  offline: icon(svg`<path d="M4 4l16 16M8.5 16.5a5 5 0 0 1 6.7-.3M5 13a10 10 0 0 1 4.5-2.7M13.5 10a10 10 0 0 1 5.5 3M2.5 9.3a15 15 0 0 1 4.7-2.9M11 5.1a15 15 0 0 1 10.5 4.2M12 19.5v.01"></path>`),
  keyboard: icon(svg`<rect x="2.5" y="6" width="19" height="12.5" rx="2.5"></rect>
    <path d="M6.5 10v.01M10 10v.01M14 10v.01M17.5 10v.01M8.5 14.5h7"></path>`),
  silence: icon(svg`<path d="M9 7v10M15 7v10"></path>`),
  pace: icon(svg`<path d="M5 6l6 6-6 6M13 6l6 6-6 6"></path>`),
  talk: icon(svg`<path d="M4 12a8 8 0 1 0 8-8v8z"></path>`),
  ring: icon(svg`<circle cx="12" cy="12" r="8.2"></circle>`),
  ticked: icon(svg`<circle cx="12" cy="12" r="9.2" fill="currentColor" stroke="none"></circle>
    <path class="tick" d="M7.8 12.4l2.9 2.9 5.5-5.9" stroke-width="2.2"></path>`),
  promise: icon(svg`<path d="M6 20.5V4M6 5c2-1.3 4-1.3 6 0s4 1.3 6 0v9c-2 1.3-4 1.3-6 0s-4-1.3-6 0"></path>`),
  gift: icon(svg`<path d="M4 9h16v4H4zM5.5 13v7.5h13V13M12 9v11.5M12 9c-4.5 0-5.5-5-2.5-5C11.5 4 12 7 12 9zM12 9c4.5 0 5.5-5 2.5-5C12.5 4 12 7 12 9z"></path>`),
  clock: icon(svg`<circle cx="12" cy="12" r="9"></circle><path d="M12 7v5.2l3.3 2"></path>`),
  rephrase: icon(svg`<path d="M4 8h13M13.5 4.5L17 8l-3.5 3.5M20 16H7M10.5 12.5L7 16l3.5 3.5"></path>`),
  machine: icon(svg`<rect x="4" y="8" width="16" height="11.5" rx="2.5"></rect>
    <path d="M12 8V4.5M9 12.7v1.6M15 12.7v1.6"></path>`),
  bookmark: icon(svg`<path d="M7 4h10v16l-5-4-5 4z"></path>`),
  supervisor: icon(svg`<circle cx="9.5" cy="8" r="3.7"></circle>
    <path d="M3 20c.5-4 2.9-6 6.5-6s6 2 6.5 6M19.5 6v6M19.5 15.5v.01"></path>`),
  pencil: icon(svg`<path d="M5 19l1-4L16 5l3 3L9 18zM13.5 7.5l3 3"></path>`),
  snooze: icon(svg`<path d="M20 14.5A8.2 8.2 0 0 1 9.5 4a8.2 8.2 0 1 0 10.5 10.5zM14.5 5H19l-4.5 5H19"></path>`),
  history: icon(svg`<path d="M4.5 12a8 8 0 1 0 2.4-5.7L4 9M4 4.5V9h4.5M12.3 8v4.3l3 1.8"></path>`),
  arrowDown: icon(svg`<path d="M12 5v13M6.5 12.5L12 18l5.5-5.5"></path>`),
  chevron: icon(svg`<path d="M9 6l6 6-6 6"></path>`),
} as const;
