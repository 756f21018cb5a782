// The words of the pages that record. A language that lacks one does not compile.

import type { UiLanguage } from "../preferences.ts";
import type { ProblemCode, Recording } from "./recorder.ts";

export interface CaptureTexts {
  readonly title: string;
  readonly pageLanguage: string;
  readonly languages: Readonly<Record<UiLanguage, string>>;
  readonly phases: Readonly<Record<Recording["phase"], string>>;
  readonly recordingFor: (clock: string) => string;
  readonly stop: string;
  readonly callLanguage: string;
  readonly callLanguages: Readonly<Record<"auto" | UiLanguage, string>>;
  readonly level: Readonly<Record<"agent" | "caller" | "own", string>>;
  readonly nothingHeard: string;
  readonly lost: (seconds: string) => string;
  readonly problems: Readonly<Record<ProblemCode, string>>;

  readonly own: {
    readonly heading: string;
    readonly explained: string;
    readonly notice: readonly string[];
    readonly start: string;
    readonly again: string;
    readonly later: string;
    readonly ideas: string;
    readonly idea: readonly string[];
    readonly back: string;
  };

  readonly tab: {
    readonly heading: string;
    readonly noTab: string;
    readonly hears: (title: string) => string;
    readonly noticeHeading: string;
    readonly notice: readonly string[];
    readonly accept: string;
    readonly consent: string;
    readonly start: string;
    readonly again: string;
    readonly options: string;
    readonly setUpFirst: string;
  };

  readonly setup: {
    readonly heading: string;
    readonly explained: string;
    readonly server: string;
    readonly serverExplained: string;
    readonly connect: string;
    readonly checking: string;
    readonly reachable: string;
    readonly signedOut: string;
    readonly signIn: string;
    readonly user: string;
    readonly password: string;
    readonly wrongPassword: string;
    readonly wrongAddress: string;
    readonly notGranted: string;
    readonly unreachable: string;
    readonly refused: (origin: string) => string;
    readonly microphone: string;
    readonly microphoneExplained: string;
    readonly allow: string;
    readonly allowed: string;
    readonly blocked: string;
    readonly agent: string;
    readonly agentExplained: string;
    readonly saved: string;
  };
}

const tr: CaptureTexts = {
  title: "Kendi sesinizle deneyin",
  pageLanguage: "Sayfanın dili",
  languages: { tr: "Türkçe", en: "English" },
  phases: {
    idle: "Dinlenmiyor",
    asking: "Mikrofon izni bekleniyor…",
    connecting: "Bağlanıyor…",
    running: "Dinleniyor",
    reconnecting: "Yeniden bağlanıyor… Ses saklanıyor.",
    stopping: "Son sözler tamamlanıyor…",
    ended: "Dinleme bitti",
    failed: "Dinleme durdu",
  },
  recordingFor: (clock) => `Dinleniyor, ${clock}`,
  stop: "Durdur",
  callLanguage: "Konuşma dili",
  callLanguages: { auto: "Kendiliğinden", tr: "Türkçe", en: "İngilizce" },
  level: { agent: "Siz", caller: "Müşteri", own: "Mikrofon" },
  nothingHeard: "Hiç ses gelmiyor. Doğru mikrofonun seçili ve açık olduğundan emin olun.",
  lost: (seconds) => `Bağlantı uzun süre kopuk kaldığı için ${seconds} sn ses gönderilemedi.`,
  problems: {
    unreachable: "Sunucuya ulaşılamıyor. Çalıştığından ve adresin doğru olduğundan emin olun.",
    refused: "Sunucu görüşmeyi kabul etmedi.",
    forgotten: "Sunucu bu görüşmeyi artık bilmiyor. Dinlemeyi yeniden başlatın.",
    denied: "Mikrofona izin verilmedi. Tarayıcının adres çubuğundan izin verip yeniden deneyin.",
    no_microphone: "Kullanılabilir bir mikrofon bulunamadı.",
    insecure: "Tarayıcı mikrofonu yalnızca güvenli sayfalara açar. Sayfayı 127.0.0.1 ya da https ile açın.",
    caller_gone: "Müşterinin sesi kesildi: sekme kapandı ya da başka bir sayfaya geçti.",
    agent_gone: "Mikrofonunuz kesildi. Müşterinin sesi gönderilmeye devam ediyor.",
    not_invoked: "Önce görüşmenin sekmesine geçip eklentinin simgesine tıklayın.",
    failed: "Dinleme başlatılamadı.",
  },
  own: {
    heading: "Konuşun, görün",
    explained: "Müşteri siz olun: sözleriniz, ses tonunuz ve temsilciye gösterilecek öneriler hemen görünür.",
    notice: [
      "Mikrofonunuzun sesi yalnızca bu sunucuya gider; başka hiçbir yere gönderilmez.",
      "Sözleriniz ve ses tonunuz hakkındaki tahminler sunucuda saklanır. Sesin kendisi saklanmaz.",
      "Ses tonu bir tahmindir; yanılabilir.",
    ],
    start: "Kabul ediyorum, başlat",
    again: "Yeniden başlat",
    later: "Başlattığınızda görüşme burada görünür.",
    ideas: "Söyleyebilecekleriniz",
    idea: [
      "Siparişim bir haftadır gelmedi, kimse de aramadı.",
      "Faturam geçen ayın iki katı gelmiş, bunu kabul etmiyorum.",
      "Teşekkür ederim, çok yardımcı oldunuz.",
    ],
    back: "Görüşme sayfasına dön",
  },
  tab: {
    heading: "Bu sekmedeki görüşme",
    noTab: "Görüşmeyi yaptığınız sekmeye geçin ve araç çubuğunda eklentinin simgesine tıklayın.",
    hears: (title) => `Dinlenecek sekme: ${title}`,
    noticeHeading: "Başlamadan önce",
    notice: [
      "Dinleme sürerken bu sekmenin sesi (müşteri) ve mikrofonunuz (siz) şu sunucuya gider:",
      "Sözler ve ses tonu tahminleri orada saklanır; sesin kendisi saklanmaz.",
      "Müşterinin, görüşmenin işlendiğini bilmesi gerekir. Kendisine bildirilmediyse dinlemeyi başlatmayın.",
    ],
    accept: "Anladım",
    consent: "Müşteri, ses tonunun değerlendirilmesini kabul etti",
    start: "Dinlemeyi başlat",
    again: "Yeni görüşmeyi dinle",
    options: "Ayarlar",
    setUpFirst: "Önce sunucuya bağlanın ve mikrofona izin verin.",
  },
  setup: {
    heading: "Görüşme yardımcısının ayarları",
    explained: "Eklenti yalnızca burada yazdığınız sunucuya bağlanır.",
    server: "Sunucunun adresi",
    serverExplained: "Örneğin http://127.0.0.1:8765. Başka bir makinedeki sunucu https olmalıdır.",
    connect: "Bağlan",
    checking: "Deneniyor…",
    reachable: "Sunucu yanıt verdi ve eklentiyi kabul ediyor.",
    signedOut: "Sunucu yanıt verdi; kullanmak için oturum açın.",
    signIn: "Oturum aç",
    user: "Kullanıcı adı",
    password: "Parola",
    wrongPassword: "Kullanıcı adı veya parola yanlış.",
    wrongAddress: "Bu bir sunucu adresi değil. https:// ile, bu makinede http:// ile başlamalı.",
    notGranted: "Bu adrese erişim izni vermediniz.",
    unreachable: "Bu adreste bir sunucu yanıt vermiyor.",
    refused: (origin) =>
      `Sunucu eklentiyi kabul etmiyor. Sunucunun server.allowed_origins ayarına şunu ekleyin: ${origin}`,
    microphone: "Mikrofon",
    microphoneExplained: "Sizin sesiniz mikrofondan, müşterinin sesi sekmeden alınır.",
    allow: "Mikrofona izin ver",
    allowed: "Mikrofona izin verildi.",
    blocked: "Mikrofona izin verilmedi. Adres çubuğundaki simgeden izin verip yeniden deneyin.",
    agent: "Adınız",
    agentExplained: "Görüşmelerle birlikte saklanır; boş bırakabilirsiniz.",
    saved: "Kaydedildi.",
  },
};

const en: CaptureTexts = {
  title: "Try it with your own voice",
  pageLanguage: "Language of the page",
  languages: { tr: "Türkçe", en: "English" },
  phases: {
    idle: "Not listening",
    asking: "Waiting for the microphone…",
    connecting: "Connecting…",
    running: "Listening",
    reconnecting: "Reconnecting… The sound is kept.",
    stopping: "Finishing the last words…",
    ended: "Listening is over",
    failed: "Listening stopped",
  },
  recordingFor: (clock) => `Listening, ${clock}`,
  stop: "Stop",
  callLanguage: "Spoken language",
  callLanguages: { auto: "Automatic", tr: "Turkish", en: "English" },
  level: { agent: "You", caller: "Caller", own: "Microphone" },
  nothingHeard: "Nothing is heard. Check that the right microphone is chosen and switched on.",
  lost: (seconds) => `The connection was gone for long: ${seconds} s of sound could not be sent.`,
  problems: {
    unreachable: "The server cannot be reached. Check that it runs and that the address is right.",
    refused: "The server did not take the call.",
    forgotten: "The server no longer knows this call. Start listening again.",
    denied: "The microphone was not allowed. Allow it in the browser's address bar and try again.",
    no_microphone: "There is no microphone that could be used.",
    insecure: "Browsers give a microphone to safe pages only. Open this page as 127.0.0.1 or by https.",
    caller_gone: "The caller's sound ended: the tab was closed or went to another page.",
    agent_gone: "Your microphone went away. The caller's sound is still being sent.",
    not_invoked: "First go to the tab of the call and click the icon of the extension.",
    failed: "Listening could not be started.",
  },
  own: {
    heading: "Speak and see",
    explained: "Be the caller: you see at once your words, your tone and what an agent would be shown.",
    notice: [
      "The sound of your microphone goes to this server and nowhere else.",
      "Your words and the estimates of your tone are kept there. The sound itself is not.",
      "The tone is an estimate; it can be wrong.",
    ],
    start: "I agree, start",
    again: "Start again",
    later: "Once you start, the call is shown here.",
    ideas: "What you could say",
    idea: [
      "I have been waiting for my order for a week, and nobody called.",
      "My bill is twice as high as last month, and I won't accept that.",
      "Thank you, you have been very helpful.",
    ],
    back: "Back to the call page",
  },
  tab: {
    heading: "The call in this tab",
    noTab: "Go to the tab that you telephone in and click the extension's icon in the toolbar.",
    hears: (title) => `Tab to be heard: ${title}`,
    noticeHeading: "Before you start",
    notice: [
      "While it listens, this tab's sound (the caller) and your microphone (you) go to this server:",
      "Words and estimates of the tone are kept there; the sound itself is not.",
      "The caller has to know that the call is processed. Don't start if they were not told.",
    ],
    accept: "I understand",
    consent: "The caller agreed to their tone being estimated",
    start: "Start listening",
    again: "Listen to a new call",
    options: "Settings",
    setUpFirst: "First connect to the server and allow the microphone.",
  },
  setup: {
    heading: "Settings of the call assist",
    explained: "The extension connects to the server that you name here and to nobody else.",
    server: "Address of the server",
    serverExplained: "For instance http://127.0.0.1:8765. A server on another machine has to be https.",
    connect: "Connect",
    checking: "Trying…",
    reachable: "The server answered and accepts the extension.",
    signedOut: "The server answered; sign in to use it.",
    signIn: "Sign in",
    user: "Name",
    password: "Password",
    wrongPassword: "The name or the password is wrong.",
    wrongAddress: "This is no address of a server. It begins with https://, on this machine http://.",
    notGranted: "You did not allow access to this address.",
    unreachable: "No server answers at this address.",
    refused: (origin) =>
      `The server does not accept the extension. Add this to its setting server.allowed_origins: ${origin}`,
    microphone: "Microphone",
    microphoneExplained: "Your voice comes from the microphone, the caller's from the tab.",
    allow: "Allow the microphone",
    allowed: "The microphone is allowed.",
    blocked: "The microphone was not allowed. Allow it by the icon in the address bar and try again.",
    agent: "Your name",
    agentExplained: "Kept with the calls; you may leave it empty.",
    saved: "Saved.",
  },
};

const ALL: Readonly<Record<UiLanguage, CaptureTexts>> = { tr, en };

export const captureTexts = (language: UiLanguage): CaptureTexts => ALL[language];
