import { LitElement, css, html, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { toneApart, wordsObject, type CoursePoint } from "../call/state.ts";
import type { Evidence, Note, Tone, ToneLabel } from "../events.ts";
import { icons, toneIcon } from "../style/icons.ts";
import { shared } from "../style/shared.ts";
import { trendOf, type Texts } from "../texts/texts.ts";
import "./tone-course.ts";

const CLASSES = ["angry", "sad", "neutral", "happy"] as const satisfies readonly ToneLabel[];

/** The caller's tone: one sign with its certainty and trend, its course, its reasons on demand. */
@customElement("tone-panel")
export class TonePanel extends LitElement {
  @property({ attribute: false }) texts!: Texts;
  @property({ attribute: false }) tone: Tone | null = null;
  @property({ attribute: false }) course: readonly CoursePoint[] = [];
  /** Why there is no tone at all in this call. */
  @property({ attribute: false }) toneless: Note | null = null;
  /** Seconds of the call now. */
  @property({ type: Number }) now = 0;
  @property({ type: Boolean }) stale = false;
  /** The connection is lost: what is shown is from before. */
  @property({ type: Boolean }) frozen = false;
  @property({ type: Boolean }) over = false;
  /** Language of the call, in which the reasons are written. */
  @property() spoken = "";
  @state() private explained = false;

  static override styles = [
    shared,
    css`
      :host {
        display: block;
        padding: 0 1rem;
      }
      .panel {
        background: var(--surface);
        border: 1px solid var(--line);
        border-radius: var(--radius);
        padding: 0.75rem 0.875rem 0.625rem;
      }
      .now {
        display: flex;
        align-items: center;
        gap: 0.6875rem;
      }
      @container (max-width: 15rem) {
        .now {
          flex-wrap: wrap;
        }
      }
      .sign {
        flex: none;
        display: grid;
        place-items: center;
        width: 3.25rem;
        height: 3.25rem;
        border-radius: 1rem;
        color: var(--unsure);
        background: var(--unsureTint);
        transition:
          background 0.4s ease,
          color 0.4s ease;
      }
      .angry .sign {
        color: var(--angry);
        background: var(--angryTint);
      }
      .happy .sign {
        color: var(--happy);
        background: var(--happyTint);
      }
      .sad .sign {
        color: var(--sad);
        background: var(--sadTint);
      }
      .neutral .sign {
        color: var(--neutral);
        background: var(--neutralTint);
      }
      .words {
        flex: 1;
        min-width: 0;
      }
      .label {
        font-size: var(--huge);
        font-weight: 650;
        line-height: 1.2;
        letter-spacing: -0.012em;
      }
      .label.small {
        font-size: 1.0625rem;
        letter-spacing: 0;
      }
      .top {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        justify-content: space-between;
        column-gap: 0.5rem;
      }
      .trend {
        display: flex;
        align-items: center;
        gap: 0.25rem;
        font-size: var(--small);
        font-weight: 550;
        color: var(--soft);
      }
      .trend.up {
        color: var(--happy);
      }
      .trend.down {
        color: var(--angry);
      }
      tone-course {
        margin-top: 0.5rem;
      }
      @media (max-height: 40rem) {
        tone-course {
          display: none;
        }
      }
      .old .sign {
        color: var(--unsure);
        background: var(--unsureTint);
      }
      .old .label {
        color: var(--unsure);
      }
      .old tone-course {
        filter: grayscale(1);
      }
      .calmed {
        display: flex;
        align-items: flex-start;
        gap: 0.375rem;
        padding-top: 0.375rem;
        font-size: var(--small);
        font-weight: 550;
        line-height: 1.4;
        color: var(--happy);
      }
      .calmed svg {
        flex: none;
        margin-top: 0.0625rem;
      }
      .apart {
        display: flex;
        flex-wrap: wrap;
        gap: 0 0.875rem;
        padding-top: 0.5rem;
        font-size: 0.875rem;
        font-weight: 550;
      }
      .apart span {
        display: inline-flex;
        align-items: center;
        gap: 0.375rem;
      }
      .apart svg {
        flex: none;
        color: var(--soft);
      }
      .quotes {
        display: grid;
        gap: 0.125rem;
        padding: 0.125rem 0 0.125rem 1.375rem;
        font-size: var(--small);
        overflow-wrap: anywhere;
      }
      .when {
        color: var(--soft);
        font-variant-numeric: tabular-nums;
      }
      .certainty {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        column-gap: 0.5rem;
      }
      .why {
        display: inline-flex;
        align-items: center;
        min-height: 1.5rem;
        font-weight: 600;
        color: var(--accent);
      }
      .why svg {
        transition: transform 0.15s ease;
        transform: rotate(90deg);
      }
      .why[aria-expanded="true"] svg {
        transform: rotate(-90deg);
      }
      .reasons {
        display: grid;
        gap: 0.25rem;
        padding: 0.25rem 0 0.5rem;
        font-size: 0.875rem;
      }
      .reasons li {
        padding-left: 0.875rem;
        position: relative;
      }
      .reasons li::before {
        content: "";
        position: absolute;
        left: 0.125rem;
        top: 0.625em;
        width: 0.3125rem;
        height: 0.3125rem;
        border-radius: 50%;
        background: var(--control);
      }
      dl {
        display: grid;
        grid-template-columns: auto 1fr auto;
        gap: 0.25rem 0.625rem;
        align-items: center;
        font-size: var(--small);
        padding: 0.25rem 0 0.25rem;
      }
      dl svg {
        width: 100%;
        height: 0.375rem;
      }
      dl dd {
        font-variant-numeric: tabular-nums;
        text-align: right;
      }
      .track {
        fill: var(--line);
      }
      .bar.angry {
        fill: var(--angry);
      }
      .bar.happy {
        fill: var(--happy);
      }
      .bar.sad {
        fill: var(--sad);
      }
      .bar.neutral {
        fill: var(--neutral);
      }
    `,
  ];

  override render(): TemplateResult {
    const { say } = this.texts;
    return html`<section class="panel" aria-label=${say.tone.heading}>
      ${this.toneless ? this.withoutTone(this.toneless) : this.tone ? this.withTone(this.tone) : this.listening()}
    </section>`;
  }

  private listening(): TemplateResult {
    const { tone } = this.texts.say;
    return this.notYet(tone.listening, tone.listeningExplained);
  }

  private withoutTone(note: Note): TemplateResult {
    const { tone, trouble } = this.texts.say;
    return this.notYet(tone.none, trouble.notes[note.code] ?? tone.noneExplained);
  }

  private notYet(label: string, explained: string): TemplateResult {
    return html`<div class="now" data-tone="none">
      <span class="sign">${icons.listening(26)}</span>
      <div class="words">
        <p class="label small">${label}</p>
        <p class="quiet">${explained}</p>
      </div>
    </div>`;
  }

  private withTone(tone: Tone): TemplateResult {
    const old = this.stale || this.frozen;
    const trend = trendOf(tone.trend);
    const { say } = this.texts;
    return html`
      <div class="${tone.label} ${old ? "old" : ""}">
        <div class="now" data-tone=${tone.label} data-stale=${old ? "true" : "false"}>
          <span class="sign">${toneIcon(tone.label, 34)}</span>
          <div class="words">
            <div class="top">
              <p class="label">${this.texts.label(tone.label)}</p>
              ${old || this.over || (trend === "flat" && tone.label === "unsure")
                ? null
                : html`<p class="trend ${trend}">${icons[trend](18)}${say.tone.trend[trend]}</p>`}
            </div>
            <p class="quiet certainty"><span>${this.certainty(tone)}</span>${this.whyButton()}</p>
          </div>
        </div>
        ${old || this.over ? null : this.calmed(tone)}
        <tone-course
          .texts=${this.texts}
          .points=${this.course}
          .now=${this.now}
          .over=${this.over}
          .summary=${say.tone.courseSummary(this.texts.label(tone.label), say.tone.trend[trend])}
        ></tone-course>
        ${this.explained ? this.reasons(tone) : null}
      </div>
    `;
  }

  private certainty(tone: Tone): string {
    const { say } = this.texts;
    if (this.frozen) return say.tone.frozen;
    if (this.over) return say.tone.last;
    if (this.stale) return say.tone.stale(this.texts.integer(Math.floor(this.now - tone.end)));
    // How sure it is, is beside the point then.
    if (wordsObject(tone)) {
      const [voice, words] = this.sides(tone);
      return say.tone.divided(voice, words);
    }
    if (tone.label === "unsure") return say.tone.unsureExplained;
    return this.texts.certainty(tone.confidence);
  }

  /** What the voice says and what the words say, each in a word. */
  private sides({ voice, words }: Pick<Tone, "voice" | "words">): readonly [string, string] {
    const { silent } = this.texts.say.tone;
    return [
      voice === "unsure" ? silent.voice : this.texts.labelInside(voice),
      words === null ? silent.words : this.texts.labelInside(words),
    ];
  }

  private whyButton(): TemplateResult {
    return html`<button
      class="why"
      aria-expanded=${this.explained ? "true" : "false"}
      @click=${() => (this.explained = !this.explained)}
    >
      ${this.texts.say.tone.why}${icons.chevron(14)}
    </button>`;
  }

  /** After which words of the agent an upset caller has calmed down: good news, said small. */
  private calmed({ reasons: [news], recovery }: Tone): TemplateResult | null {
    if (!recovery || !news) return null;
    return html`<p class="calmed" data-recovery=${recovery}>
      ${icons.check(16)}<span lang=${this.words}>${this.texts.capitalised(news, this.words)}</span>
    </p>`;
  }

  /** Language of the reasons. */
  private get words(): string {
    return this.spoken || this.texts.language;
  }

  private reasons(tone: Tone): TemplateResult {
    const { say } = this.texts;
    const why = tone.recovery ? tone.reasons.slice(1) : tone.reasons;
    const lasting = this.over || tone.since === 0 ? 0 : Math.floor(this.now - tone.since);
    return html`<div id="reasons">
      ${this.apart(tone)}
      <ul class="reasons" lang=${this.words}>
        ${why.map((reason) => html`<li>${reason}</li>`)}
        ${lasting > 0
          ? html`<li lang=${this.texts.language}>${say.tone.lasting(this.texts.duration(lasting))}</li>`
          : null}
      </ul>
      <p class="quiet">${say.tone.others}</p>
      <dl>
        ${CLASSES.map((label) => this.share(label, tone.probabilities[label] ?? 0))}
      </dl>
    </div>`;
  }

  /** The voice and the words, each for itself, with the words that tell. */
  private apart(tone: Tone): TemplateResult | null {
    const apart = toneApart(tone);
    if (!apart) return null;
    const { tone: say } = this.texts.say;
    const { quotes } = apart;
    const [voice, words] = this.sides(apart);
    return html`<p class="apart">
        <span>${icons.voice(16)}${say.voice}: ${voice}</span>
        <span>${icons.speech(16)}${say.words}: ${words}</span>
      </p>
      ${quotes.length > 0
        ? html`<ul class="quotes">
            ${quotes.map((quote) => this.quote(quote))}
          </ul>`
        : null}`;
  }

  private quote(quote: Evidence): TemplateResult {
    return html`<li>
      <q lang=${this.words}>${quote.text}</q>
      <span class="when">${this.texts.clock(quote.start)}</span>
    </li>`;
  }

  private share(label: (typeof CLASSES)[number], probability: number): TemplateResult {
    return html`<dt>${this.texts.label(label)}</dt>
      <dd>
        <svg viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">
          <rect class="track" width="100" height="6" rx="3"></rect>
          <rect class="bar ${label}" width=${Math.round(probability * 100)} height="6" rx="3"></rect>
        </svg>
      </dd>
      <dd>${this.texts.percent(probability)}</dd>`;
  }
}
