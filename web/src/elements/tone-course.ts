import { LitElement, css, html, svg, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import { COURSE_SECONDS, type CoursePoint } from "../call/state.ts";
import { shared } from "../style/shared.ts";
import type { Texts } from "../texts/texts.ts";
import { courseStrokes, place } from "./course-path.ts";

const WIDTH = 320;
const HEIGHT = 46;

/** The caller's tone over the last two minutes: up is warm, down is tense. */
@customElement("tone-course")
export class ToneCourse extends LitElement {
  @property({ attribute: false }) texts!: Texts;
  @property({ attribute: false }) points: readonly CoursePoint[] = [];
  /** Seconds of the call at the right edge. */
  @property({ type: Number }) now = 0;
  @property() summary = "";

  static override styles = [
    shared,
    css`
      :host {
        display: block;
      }
      svg {
        width: 100%;
        height: auto;
        overflow: visible;
      }
      .middle {
        stroke: var(--line);
        stroke-width: 1;
      }
      path {
        fill: none;
        stroke-width: 2.5;
        stroke-linecap: round;
        stroke-linejoin: round;
      }
      .unsure {
        stroke-dasharray: 1 5;
      }
      path.angry,
      circle.angry {
        stroke: var(--angry);
      }
      path.happy,
      circle.happy {
        stroke: var(--happy);
      }
      path.sad,
      circle.sad {
        stroke: var(--sad);
      }
      path.neutral,
      circle.neutral {
        stroke: var(--neutral);
      }
      path.unsure,
      circle.unsure {
        stroke: var(--unsure);
      }
      circle {
        fill: var(--surface);
        stroke-width: 2.5;
        stroke-dasharray: none;
      }
      text {
        font-size: 10.5px;
        fill: var(--soft);
      }
      .axis {
        display: flex;
        justify-content: space-between;
        font-size: 0.6875rem;
        color: var(--soft);
        margin-top: 0.125rem;
      }
    `,
  ];

  override render(): TemplateResult {
    const size = { width: WIDTH, height: HEIGHT, seconds: COURSE_SECONDS };
    const last = this.points.at(-1);
    const end = last ? place(last, this.now, size) : null;
    return html`
      <svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label=${this.summary}>
        <line class="middle" x1="0" x2=${WIDTH} y1=${HEIGHT / 2} y2=${HEIGHT / 2}></line>
        <text x="0" y="9">${this.texts.say.tone.warm}</text>
        <text x="0" y=${HEIGHT - 2}>${this.texts.say.tone.tense}</text>
        ${courseStrokes(this.points, this.now, size).map(
          ({ d, label }) => svg`<path class=${label} d=${d}></path>`,
        )}
        ${end && last && end.x >= 0
          ? svg`<circle class=${last.label} cx=${end.x} cy=${end.y} r="4"></circle>`
          : null}
      </svg>
      <div class="axis" aria-hidden="true">
        <span>${this.texts.say.tone.courseStart}</span><span>${this.texts.say.tone.now}</span>
      </div>
    `;
  }
}
