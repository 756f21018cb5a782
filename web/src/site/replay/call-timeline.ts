import { LitElement, css, html, nothing, svg, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import { guard } from "lit/directives/guard.js";
import { courseStrokes, type Frame } from "../../elements/course-path.ts";
import type { Role, ToneLabel } from "../../events.ts";
import { shared } from "../../style/shared.ts";
import type { Texts } from "../../texts/texts.ts";
import { siteTexts, situationName } from "../texts.ts";
import { loudest, type CallRecord, type Entry, type Peaks } from "./record.ts";
import { replayTexts } from "./texts.ts";

const GUTTER = 78;
const SIGNS = { top: 4, height: 14 };
const WAVE = 46;
const BARS = 14;
const CURVE = 56;
const SURE = 20;
const AXIS = 18;
const STEPS = [5, 10, 15, 30, 60, 120, 300, 600, 900, 1800] as const;
/** Pixels between two times of the axis. */
const APART = 90;
const LABELS = ["angry", "sad", "neutral", "happy", "unsure"] as const satisfies readonly ToneLabel[];
/** Situations of the caller that a supervisor looks for. */
const GRAVE: ReadonlySet<string> = new Set([
  "abuse",
  "cancellation",
  "escalation",
  "legal_threat",
  "publicity_threat",
]);

/**
 * The whole call on one axis: loudness by channel (or who spoke, without a recording), the tone,
 * how sure it is, and marks. It fires `sought` with a second of the call.
 *
 * Drawn here and not by wavesurfer.js: that one writes its style sheet with `innerHTML`, which
 * the server's policy (trusted types, no inline styles) rightly forbids.
 */
@customElement("call-timeline")
export class CallTimeline extends LitElement {
  @property({ attribute: false }) texts!: Texts;
  @property({ attribute: false }) record!: CallRecord;
  @property({ attribute: false }) entries: readonly Entry[] = [];
  @property({ attribute: false }) peaks: Peaks | null = null;
  /** Seconds of the call at the playhead. */
  @property({ type: Number }) time = 0;
  @state() private width = 0;
  @query(".axis") private axis!: HTMLElement;

  private readonly resized = new ResizeObserver(([entry]) => {
    this.width = Math.floor(entry?.contentRect.width ?? 0);
  });

  static override styles = [
    shared,
    css`
      :host {
        display: block;
      }
      .axis {
        cursor: pointer;
        touch-action: pan-y;
        border-radius: 0.5rem;
      }
      svg {
        width: 100%;
      }
      text {
        font-size: 11.5px;
        fill: var(--soft);
        font-variant-numeric: tabular-nums;
      }
      .name {
        font-weight: 600;
      }
      .middle {
        text-anchor: middle;
      }
      .rule {
        stroke: var(--line);
      }
      .agent {
        stroke: var(--accent);
        fill: var(--accent);
      }
      .caller,
      .mixed {
        stroke: var(--soft);
        fill: var(--soft);
      }
      .bar {
        stroke: none;
      }
      .curve {
        fill: none;
        stroke-width: 2;
        stroke-linejoin: round;
      }
      .sure {
        fill: none;
      }
      .angry {
        stroke: var(--angry);
      }
      .sad {
        stroke: var(--sad);
      }
      .neutral {
        stroke: var(--neutral);
      }
      .happy {
        stroke: var(--happy);
      }
      .unsure {
        stroke: var(--unsure);
      }
      .curve.unsure {
        stroke-dasharray: 1 4;
      }
      .bridge {
        stroke: var(--control);
        stroke-width: 1;
        stroke-dasharray: 2 4;
      }
      .lost {
        fill: var(--warning);
        opacity: 0.25;
      }
      .situation {
        fill: var(--control);
      }
      .grave {
        fill: var(--angry);
      }
      .suggestion {
        fill: none;
        stroke: var(--accent);
        stroke-width: 1.5;
      }
      .suggestion.taken {
        fill: var(--accent);
      }
      .moment {
        fill: var(--warning);
      }
      .played {
        fill: var(--accent);
        opacity: 0.09;
      }
      .head {
        stroke: var(--ink);
        stroke-width: 1.5;
      }
      .knob {
        fill: var(--ink);
      }
    `,
  ];

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.resized.disconnect();
  }

  protected override firstUpdated(_changed: PropertyValues): void {
    this.resized.observe(this.axis);
  }

  override render(): TemplateResult {
    const say = replayTexts(this.texts.language);
    const { record, time, width } = this;
    const height = this.bottom + AXIS;
    const x = this.at(time);
    return html`<div
      class="axis"
      role="slider"
      tabindex="0"
      aria-label=${say.position}
      aria-valuemin="0"
      aria-valuemax=${Math.round(record.duration)}
      aria-valuenow=${Math.round(time)}
      aria-valuetext=${say.positionOf(this.texts.duration(time), this.texts.duration(record.duration))}
      @pointerdown=${this.grabbed}
      @pointermove=${this.dragged}
    >
      <svg viewBox="0 0 ${Math.max(width, 1)} ${height}" height=${height} aria-hidden="true">
        ${guard([record, this.entries, this.peaks, width, this.texts], () => this.drawn())}
        ${width > 0
          ? svg`<rect class="played" x=${GUTTER} y=${SIGNS.height + 6} width=${x - GUTTER} height=${this.bottom - SIGNS.height - 6}></rect>
            <line class="head" x1=${x} x2=${x} y1=${SIGNS.height + 2} y2=${this.bottom}></line>
            <circle class="knob" cx=${x} cy=${this.bottom} r="4"></circle>`
          : nothing}
      </svg>
    </div>`;
  }

  private get roles(): readonly Role[] {
    const heard = this.peaks?.channels.map(({ role }) => role as Role);
    const spoken = new Set(this.record.spoken.map(({ channel }) => channel));
    return heard ?? (["agent", "caller", "mixed"] as const).filter((role) => spoken.has(role));
  }

  private get row(): number {
    return this.peaks ? WAVE : BARS + 6;
  }

  /** Where the tone begins, in pixels from the top. */
  private get toned(): number {
    return SIGNS.top + SIGNS.height + 6 + this.roles.length * this.row + 4;
  }

  private get bottom(): number {
    return this.toned + CURVE + 6 + SURE;
  }

  private at(second: number): number {
    const { duration } = this.record;
    const share = duration > 0 ? Math.min(1, Math.max(0, second / duration)) : 0;
    return GUTTER + share * Math.max(0, this.width - GUTTER - 6);
  }

  private drawn(): TemplateResult | typeof nothing {
    if (this.width === 0) return nothing;
    return svg`${this.channels()} ${this.tone()} ${this.losses()} ${this.signs()} ${this.times()}`;
  }

  private channels(): readonly TemplateResult[] {
    const site = siteTexts(this.texts.language);
    const names = { agent: site.agent, caller: site.caller, mixed: this.texts.say.transcript.roles.mixed };
    return this.roles.map((role, index) => {
      const top = SIGNS.top + SIGNS.height + 6 + index * this.row;
      const middle = top + this.row / 2;
      return svg`<text class="name" x="0" y=${middle + 4}>${names[role]}</text>
        <line class="rule" x1=${GUTTER} x2=${this.width} y1=${middle} y2=${middle}></line>
        ${this.peaks ? this.wave(index, role, middle) : this.speech(role, middle)}`;
    });
  }

  private wave(channel: number, role: Role, middle: number): TemplateResult {
    const { peaks } = this;
    const count = Math.max(1, Math.floor(this.at(this.record.duration) - GUTTER));
    const heights = loudest(
      peaks?.channels[channel]?.peaks ?? [],
      peaks?.per_second ?? 1,
      this.record.duration,
      count,
    );
    const half = WAVE / 2 - 3;
    const scale = half / this.loudest;
    const lines = heights.map((peak, x) => {
      const size = Math.max(0.2, peak * scale);
      return `M${GUTTER + x + 0.5} ${(middle - size).toFixed(1)}V${(middle + size).toFixed(1)}`;
    });
    return svg`<path class=${role} d=${lines.join("")}></path>`;
  }

  /** The call's greatest peak, which fills the row; what is nearly silent stays small. */
  private get loudest(): number {
    const peaks = this.peaks?.channels.flatMap((channel) => channel.peaks) ?? [];
    return peaks.reduce((most, peak) => Math.max(most, peak), 0.05);
  }

  private speech(role: Role, middle: number): readonly TemplateResult[] {
    return this.record.spoken
      .filter(({ channel }) => channel === role)
      .map(({ end, start }) => {
        const from = this.at(start);
        const length = Math.max(1, this.at(end) - from);
        return svg`<rect class="bar ${role}" x=${from} y=${middle - BARS / 2} width=${length} height=${BARS} rx="2"></rect>`;
      });
  }

  private tone(): TemplateResult {
    const say = replayTexts(this.texts.language);
    const { tone } = this.texts.say;
    const { duration, tones } = this.record;
    const top = this.toned;
    const frame: Frame = {
      left: GUTTER,
      right: this.at(duration),
      top: top + 4,
      bottom: top + CURVE - 4,
      from: 0,
      to: Math.max(duration, 1),
    };
    const middle = top + CURVE / 2;
    const base = this.bottom;
    const sure = LABELS.map((label) => {
      const lines = tones
        .filter((known) => known.label === label)
        .map(({ confidence, end }) => {
          const height = label === "unsure" ? 1.5 : Math.max(1.5, confidence * SURE);
          return `M${this.at(end).toFixed(1)} ${base}V${(base - height).toFixed(1)}`;
        });
      return svg`<path class="sure ${label}" stroke-width=${this.thickness} d=${lines.join("")}></path>`;
    });
    return svg`<text class="name" x="0" y=${middle + 4}>${say.tone}</text>
      <text x=${GUTTER - 6} y=${top + 10} text-anchor="end">${tone.warm}</text>
      <text x=${GUTTER - 6} y=${top + CURVE - 1} text-anchor="end">${tone.tense}</text>
      <line class="rule" x1=${GUTTER} x2=${this.width} y1=${middle} y2=${middle}></line>
      ${courseStrokes(tones, frame).map(({ d, label }) => svg`<path class="curve ${label}" d=${d}></path>`)}
      <text class="name" x="0" y=${base - 6}>${say.certainty}</text>
      ${sure}`;
  }

  /** A tone comes about once a second. */
  private get thickness(): number {
    const second = this.at(1) - this.at(0);
    return Math.max(1, Math.min(8, second * 0.8));
  }

  private losses(): readonly TemplateResult[] {
    const top = SIGNS.top + SIGNS.height + 6;
    return this.entries.flatMap((entry) => {
      if (entry.kind !== "trouble" || entry.line.kind !== "gap") return [];
      const from = this.at(entry.at);
      const length = Math.max(2, this.at(entry.at + entry.line.length) - from);
      return [svg`<rect class="lost" x=${from} y=${top} width=${length} height=${this.bottom - top}></rect>`];
    });
  }

  private signs(): readonly TemplateResult[] {
    const middle = SIGNS.top + SIGNS.height / 2;
    const site = siteTexts(this.texts.language);
    return this.entries.flatMap((entry): TemplateResult[] => {
      const x = this.at(entry.at);
      if (entry.kind === "spoken") {
        return entry.tags
          .filter(({ channel }) => channel !== "agent")
          .map(({ situation, start }) => {
            const grave = GRAVE.has(situation);
            return svg`<circle class=${grave ? "grave" : "situation"} cx=${this.at(start)} cy=${middle} r=${grave ? 4.5 : 2.5}>
              <title>${situationName(site, situation)} · ${this.texts.clock(start)}</title></circle>`;
          });
      }
      if (entry.kind === "suggestion") {
        const taken = entry.entry.fate === "used" || entry.entry.fate === "said";
        return [
          svg`<path class="suggestion ${taken ? "taken" : ""}" d="M${x} ${middle - 5}L${x + 5} ${middle}L${x} ${middle + 5}L${x - 5} ${middle}Z">
            <title>${entry.entry.suggestion.say}</title></path>`,
        ];
      }
      if (entry.kind === "moment") {
        return [
          svg`<path class="moment" d="M${x - 4} ${middle - 7}h8v13l-4 -3.5l-4 3.5z"><title>${entry.mark.text}</title></path>`,
        ];
      }
      return [];
    });
  }

  private times(): readonly TemplateResult[] {
    const { duration } = this.record;
    const room = Math.max(1, Math.floor((this.width - GUTTER) / APART));
    const step = STEPS.find((seconds) => duration / seconds <= room) ?? 3600;
    const count = Math.floor(duration / step);
    return Array.from({ length: count + 1 }, (_, index) => {
      const x = this.at(index * step);
      return svg`<text class=${index === 0 ? "" : "middle"} x=${x} y=${this.bottom + AXIS - 2}>${this.texts.clock(index * step)}</text>`;
    });
  }

  private readonly grabbed = (event: PointerEvent): void => {
    if (event.button !== 0) return;
    this.axis.setPointerCapture(event.pointerId);
    this.seek(event);
  };

  private readonly dragged = (event: PointerEvent): void => {
    if (this.axis.hasPointerCapture(event.pointerId)) this.seek(event);
  };

  private seek({ clientX }: PointerEvent): void {
    const { left } = this.axis.getBoundingClientRect();
    const share = (clientX - left - GUTTER) / Math.max(1, this.width - GUTTER - 6);
    const second = Math.min(1, Math.max(0, share)) * this.record.duration;
    this.dispatchEvent(new CustomEvent<number>("sought", { detail: second }));
  }
}
