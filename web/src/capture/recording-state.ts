import { LitElement, css, html, svg, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import type { UiLanguage } from "../preferences.ts";
import { icons } from "../style/icons.ts";
import { shared } from "../style/shared.ts";
import { Texts } from "../texts/texts.ts";
import { controls } from "./controls.ts";
import { NO_RECORDING, isIdle, isListening, type Recording } from "./recorder.ts";
import { captureTexts, type CaptureTexts } from "./texts.ts";

export type Heard = "agent" | "caller" | "own";

/** Peaks below this, about −50 dB, are a microphone that hears nothing. */
const SILENCE = 0.003;
const SILENT_MILLISECONDS = 8000;
/** What is shown of a level goes from here to full scale. */
const FLOOR_DECIBELS = -54;

/** Whether there is a recording, how loud it is, and what is wrong with it; fires `stop`. */
@customElement("recording-state")
export class RecordingState extends LitElement {
  @property() language: UiLanguage = "en";
  @property({ attribute: false }) recording: Recording = NO_RECORDING;
  /** What is heard on each channel, in their order. */
  @property({ attribute: false }) heard: readonly Heard[] = [];
  @property({ attribute: false }) peaks: readonly number[] = [];
  @state() private now = Date.now();

  private ticking: ReturnType<typeof setInterval> | null = null;
  /** When a microphone was last heard, in milliseconds since 1970. */
  private soundAt = 0;

  static override styles = [
    shared,
    controls,
    css`
      :host {
        display: grid;
        gap: 0.625rem;
      }
      .row {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 0.625rem;
      }
      .phase {
        display: flex;
        align-items: center;
        gap: 0.5rem;
        flex: 1;
        font-weight: 600;
        font-variant-numeric: tabular-nums;
      }
      .dot {
        flex: none;
        width: 0.75rem;
        height: 0.75rem;
        border-radius: 50%;
        border: 2px solid var(--soft);
      }
      [data-phase="running"] .dot {
        border-color: var(--angry);
        background: var(--angry);
        animation: breathe 2s ease-in-out infinite;
      }
      [data-phase="reconnecting"] .dot,
      [data-phase="connecting"] .dot,
      [data-phase="stopping"] .dot {
        border-color: var(--warning);
      }
      .row .plain {
        min-height: 2.25rem;
      }
      dl {
        display: flex;
        gap: 1rem;
        font-size: var(--small);
        color: var(--soft);
      }
      dl div {
        display: flex;
        flex: 1;
        align-items: center;
        gap: 0.5rem;
      }
      dd {
        flex: 1;
      }
      .level {
        width: 100%;
        height: 0.5rem;
        border-radius: 0.25rem;
        overflow: clip;
        background: var(--line);
      }
      rect {
        fill: var(--accent);
      }
      @keyframes breathe {
        50% {
          opacity: 0.5;
        }
      }
    `,
  ];

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.tick(false);
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has("recording")) {
      this.now = Date.now();
      this.tick(this.recording.phase === "running");
      if (this.recording.phase !== "running") this.soundAt = 0;
    }
    if (!changed.has("peaks")) return;
    const microphone = this.heard.findIndex((who) => who !== "caller");
    if ((this.peaks[microphone] ?? 0) > SILENCE) this.soundAt = Date.now();
  }

  override render(): TemplateResult {
    const { recording } = this;
    const say = captureTexts(this.language);
    return html`
      <div class="row">
        <p class="phase" data-phase=${recording.phase}>
          <span class="dot"></span>
          <span aria-hidden="true">${this.phaseAndTime(say)}</span>
          <span class="unseen" role="status">${say.phases[recording.phase]}</span>
        </p>
        ${isIdle(recording) ? null : this.stopButton(say)}
      </div>
      ${isListening(recording) ? this.levels(say) : null} ${this.problems(say)}
    `;
  }

  private phaseAndTime(say: CaptureTexts): string {
    const { phase, since } = this.recording;
    if (phase !== "running") return say.phases[phase];
    const seconds = (this.now - since) / 1000;
    return say.recordingFor(new Texts(this.language).clock(seconds));
  }

  private stopButton(say: CaptureTexts): TemplateResult {
    const stop = (): boolean => this.dispatchEvent(new CustomEvent("stop"));
    const busy = this.recording.phase === "stopping";
    return html`<button class="plain" data-stop ?disabled=${busy} @click=${stop}>${say.stop}</button>`;
  }

  private levels(say: CaptureTexts): TemplateResult {
    const level = (who: Heard, channel: number): TemplateResult => html`<div>
      <dt>${say.level[who]}</dt>
      <dd aria-hidden="true">
        <svg class="level" data-level=${who} viewBox="0 0 100 1" preserveAspectRatio="none">
          ${svg`<rect width=${shownLevel(this.peaks[channel] ?? 0)} height="1"></rect>`}
        </svg>
      </dd>
    </div>`;
    return html`<dl>${this.heard.map(level)}</dl>`;
  }

  private problems(say: CaptureTexts): TemplateResult[] {
    const { problem, lost } = this.recording;
    const shown: TemplateResult[] = [];
    if (problem) {
      const { code, sentence } = problem;
      shown.push(this.problem(html`${say.problems[code]} <span lang="en">${sentence}</span>`));
    }
    if (this.hearsNothing()) shown.push(this.problem(html`${say.nothingHeard}`));
    if (lost > 0) {
      const seconds = new Texts(this.language).decimal(lost);
      shown.push(this.problem(html`${say.lost(seconds)}`));
    }
    return shown;
  }

  private problem(text: TemplateResult): TemplateResult {
    return html`<p class="problem" role="alert">${icons.warning(16)}<span>${text}</span></p>`;
  }

  private hearsNothing(): boolean {
    const { phase, since } = this.recording;
    if (phase !== "running" || this.heard.every((who) => who === "caller")) return false;
    return this.now - Math.max(since, this.soundAt) > SILENT_MILLISECONDS;
  }

  private tick(wanted: boolean): void {
    if (wanted === (this.ticking !== null)) return;
    if (this.ticking !== null) clearInterval(this.ticking);
    this.ticking = wanted ? setInterval(() => (this.now = Date.now()), 1000) : null;
  }
}

/** A peak (0…1) as 0…100 on a scale of decibels. */
function shownLevel(peak: number): number {
  const decibels = 20 * Math.log10(Math.max(peak, 1e-6));
  return Math.round(Math.max(0, 100 * (1 - decibels / FLOOR_DECIBELS)));
}
