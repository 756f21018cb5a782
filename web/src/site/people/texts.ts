// The words of signing in and of the page for users. A language that lacks one does not compile.

import type { UiLanguage } from "../../preferences.ts";

export type RoleName = "agent" | "supervisor" | "administrator";
export type MachineName = "telephony" | "console" | "reader";

export interface PeopleTexts {
  readonly signIn: string;
  readonly name: string;
  readonly password: string;
  readonly wrong: string;
  readonly tooMany: string;
  readonly forgotten: string;
  readonly welcome: (name: string) => string;
  readonly first: string;
  readonly choose: string;
  readonly again: string;
  readonly different: string;
  readonly start: string;
  readonly linkBad: string;
  readonly heading: string;
  readonly users: string;
  readonly role: string;
  readonly team: string;
  readonly agent: string;
  readonly agentHint: string;
  readonly state: string;
  readonly roles: Readonly<Record<RoleName, string>>;
  readonly roleHints: Readonly<Record<RoleName, string>>;
  readonly active: string;
  readonly invited: string;
  readonly disabled: string;
  readonly add: string;
  readonly change: string;
  readonly save: string;
  readonly cancel: string;
  readonly disable: string;
  readonly enable: string;
  readonly newLink: string;
  readonly linkFor: (name: string) => string;
  readonly linkHint: string;
  readonly tokens: string;
  readonly tokensHint: string;
  readonly machines: Readonly<Record<MachineName, string>>;
  readonly tokenName: string;
  readonly purpose: string;
  readonly addToken: string;
  readonly tokenFor: (name: string) => string;
  readonly tokenHint: string;
  readonly revoke: string;
  readonly revoked: string;
  readonly copy: string;
  readonly copied: string;
  readonly done: string;
  readonly record: string;
  readonly recordLine: Readonly<Record<string, string>>;
  readonly when: string;
  readonly who: string;
  readonly what: string;
  readonly server: string;
  readonly notAllowed: string;
}

const tr: PeopleTexts = {
  signIn: "Oturum aç",
  name: "Kullanıcı adı",
  password: "Parola",
  wrong: "Kullanıcı adı veya parola yanlış.",
  tooMany: "Çok fazla yanlış deneme yapıldı. Lütfen birkaç dakika sonra yeniden deneyin.",
  forgotten: "Parolanızı unuttuysanız yöneticinizden yeni bir bağlantı isteyin.",
  welcome: (name) => `Hoş geldiniz, ${name}`,
  first: "İlk yöneticiyi oluşturun",
  choose: "Bir parola seçin: en az 10 karakter.",
  again: "Parola, bir kez daha",
  different: "İki parola birbirinden farklı.",
  start: "Başla",
  linkBad: "Bu bağlantı kullanılmış veya süresi dolmuş. Yöneticinizden yenisini isteyin.",
  heading: "Kullanıcılar",
  users: "Kullanıcılar",
  role: "Rol",
  team: "Ekip",
  agent: "Görüşmelerdeki ad",
  agentHint: "Boş bırakılırsa kullanıcı adı",
  state: "Durum",
  roles: { agent: "Temsilci", supervisor: "Ekip lideri", administrator: "Yönetici" },
  roleHints: {
    agent: "kendi görüşmelerini görür",
    supervisor: "ekibinin görüşmelerini görür, canlı izler",
    administrator: "her şeyi görür ve yönetir",
  },
  active: "Etkin",
  invited: "Parola bekleniyor",
  disabled: "Kapalı",
  add: "Kullanıcı ekle",
  change: "Değiştir",
  save: "Kaydet",
  cancel: "Vazgeç",
  disable: "Kapat",
  enable: "Yeniden aç",
  newLink: "Yeni bağlantı",
  linkFor: (name) => `${name} için tek kullanımlık bağlantı`,
  linkHint: "Bağlantıyı kullanıcıya iletin: parolasını bununla seçer. Yalnızca şimdi gösterilir.",
  tokens: "Erişim anahtarları",
  tokensHint: "Santral, CRM ve ölçüm araçları gibi programlar için.",
  machines: {
    telephony: "Santral: görüşme getirir",
    console: "Komut satırı: getirir ve gösterir",
    reader: "Okuyucu: görüşmeleri ve ölçümleri okur",
  },
  tokenName: "Adı",
  purpose: "Ne için",
  addToken: "Anahtar oluştur",
  tokenFor: (name) => `${name} anahtarı`,
  tokenHint: "Programın ayarına yazın. Yalnızca şimdi gösterilir, sonra okunamaz.",
  revoke: "İptal et",
  revoked: "İptal edildi",
  copy: "Kopyala",
  copied: "Kopyalandı",
  done: "Tamam",
  record: "Kayıt defteri",
  recordLine: {
    signed_in: "oturum açtı",
    signed_out: "oturumu kapattı",
    sign_in_refused: "yanlış parolayla denendi",
    password_chosen: "parola seçti",
    user_added: "kullanıcı ekledi",
    user_changed: "kullanıcıyı değiştirdi",
    link_made: "yeni bağlantı oluşturdu",
    token_added: "anahtar oluşturdu",
    token_revoked: "anahtarı iptal etti",
    administrator_made: "komut satırından yönetici oluşturuldu",
  },
  when: "Zaman",
  who: "Kim",
  what: "Ne yaptı",
  server: "Sunucu",
  notAllowed: "Bu sayfayı yalnızca yöneticiler görebilir.",
};

const en: PeopleTexts = {
  signIn: "Sign in",
  name: "Name",
  password: "Password",
  wrong: "The name or the password is wrong.",
  tooMany: "There were too many wrong tries. Please try again in a few minutes.",
  forgotten: "If you have forgotten your password, ask your administrator for a new link.",
  welcome: (name) => `Welcome, ${name}`,
  first: "Make the first administrator",
  choose: "Choose a password of at least 10 characters.",
  again: "The password once more",
  different: "The two passwords differ.",
  start: "Start",
  linkBad: "This link has been used or is too old. Ask your administrator for a new one.",
  heading: "People",
  users: "Users",
  role: "Role",
  team: "Team",
  agent: "Name in calls",
  agentHint: "The user's name if left empty",
  state: "State",
  roles: { agent: "Agent", supervisor: "Supervisor", administrator: "Administrator" },
  roleHints: {
    agent: "sees own calls",
    supervisor: "sees the team's calls, watches them live",
    administrator: "sees and manages everything",
  },
  active: "Active",
  invited: "No password yet",
  disabled: "Disabled",
  add: "Add a user",
  change: "Change",
  save: "Save",
  cancel: "Cancel",
  disable: "Disable",
  enable: "Enable",
  newLink: "New link",
  linkFor: (name) => `One-time link for ${name}`,
  linkHint: "Hand it to the user, who chooses a password by it. It is shown only now.",
  tokens: "Tokens",
  tokensHint: "For programs: a telephone system, a CRM, a collector of figures.",
  machines: {
    telephony: "Telephony: brings calls",
    console: "Command line: brings and shows",
    reader: "Reader: reads calls and figures",
  },
  tokenName: "Its name",
  purpose: "What for",
  addToken: "Make a token",
  tokenFor: (name) => `Token ${name}`,
  tokenHint: "Put it into the program's settings. It is shown only now and cannot be read later.",
  revoke: "Revoke",
  revoked: "Revoked",
  copy: "Copy",
  copied: "Copied",
  done: "Done",
  record: "Record",
  recordLine: {
    signed_in: "signed in",
    signed_out: "signed out",
    sign_in_refused: "was tried with a wrong password",
    password_chosen: "chose a password",
    user_added: "added the user",
    user_changed: "changed the user",
    link_made: "made a new link for",
    token_added: "made the token",
    token_revoked: "revoked the token",
    administrator_made: "an administrator was made on the command line",
  },
  when: "When",
  who: "Who",
  what: "What",
  server: "Server",
  notAllowed: "This page is for administrators.",
};

export function peopleTexts(language: UiLanguage): PeopleTexts {
  return language === "tr" ? tr : en;
}
