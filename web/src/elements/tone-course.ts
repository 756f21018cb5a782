import { LitElement, css, html, svg, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import { COURSE_SECONDS, type CoursePoint } from "../call/state.ts";
import { shared } from "../style/shared.ts";
import type { Texts } from "../texts/texts.ts";
import { courseStrokes, place, visible, type Frame } from "./course-path.ts";

const WIDTH = 320;
const HEIGHT = 60;
const AREA = { left: 42, right: WIDTH - 6, top: 5, bottom: 43 };
const MIDDLE = (AREA.top + AREA.bottom) / 2;

/** The caller's tone over the last two minutes: up is warm, down is tense. */
@customElement("tone-course")
export class ToneCourse extends LitElement {
  @property({ attribute: false }) texts!: Texts;
  @property({ attribute: false }) points: readonly CoursePoint[] = [];
  /** Seconds of the call at the right edge. */
  @property({ type: Number }) now = 0;
  @property({ type: Boolean }) over = false;
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
      .bridge {
        stroke: var(--control);
        stroke-width: 1;
        stroke-dasharray: 2 4;
      }
      text {
        font-size: 10.5px;
        fill: var(--soft);
        font-variant-numeric: tabular-nums;
      }
      .end {
        text-anchor: end;
      }
    `,
  ];

  override render(): TemplateResult {
    const { tone } = this.texts.say;
    const frame = { ...AREA, ...visible(this.now, COURSE_SECONDS) };
    const last = this.points.at(-1);
    return html`<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label=${this.summary}>
      <line class="middle" x1=${AREA.left} x2=${WIDTH} y1=${MIDDLE} y2=${MIDDLE}></line>
      <text x="0" y="10">${tone.warm}</text>
      <text x="0" y=${AREA.bottom + 2}>${tone.tense}</text>
      <text x=${AREA.left} y=${HEIGHT - 2}>${frame.from > 0 ? tone.courseStart : tone.callStart}</text>
      <text class="end" x=${WIDTH} y=${HEIGHT - 2}>${this.over ? tone.end : tone.now}</text>
      ${courseStrokes(this.points, frame).map(
        ({ d, label }) => svg`<path class=${label} d=${d}></path>`,
      )}
      ${last ? this.dot(last, frame) : null}
    </svg>`;
  }

  private dot(point: CoursePoint, frame: Frame): TemplateResult | null {
    if (point.end < frame.from) return null;
    const { x, y } = place(point, frame);
    return svg`<circle class=${point.label} cx=${x} cy=${y} r="4"></circle>`;
  }
}
