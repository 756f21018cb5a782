"""Sentences for `Note` events; a page may show its own words for the `code` instead."""

from __future__ import annotations

_ROLES = {
    "en": {"agent": "agent's", "caller": "caller's", "mixed": "only"},
    "tr": {"agent": "temsilci", "caller": "müşteri", "mixed": "tek"},
}
_TEXTS = {
    "mixed_channel": {
        "en": "Both parties are on one channel, so the caller's tone is not estimated: "
        "the agent's voice is in it.",
        "tr": "Görüşmenin iki tarafı tek kanalda olduğu için müşterinin ses tonu "
        "değerlendirilmiyor: temsilcinin sesi de bu kanalda.",
    },
    "roles_unsure": {
        "en": "It is not certain which channel is the agent's and which the caller's, so both are "
        "taken as one and the caller's tone is not estimated.",
        "tr": "Hangi kanalın temsilciye, hangisinin müşteriye ait olduğu kesin olmadığı için iki "
        "kanal birlikte değerlendiriliyor, müşterinin ses tonu değerlendirilmiyor.",
    },
    "no_caller": {
        "en": "There is no caller's channel, so no tone is estimated.",
        "tr": "Müşteri kanalı bulunmadığı için ses tonu değerlendirilmiyor.",
    },
    "no_consent": {
        "en": "The caller has not agreed, so the tone is not estimated.",
        "tr": "Müşterinin onayı olmadığı için ses tonu değerlendirilmiyor.",
    },
    "tone_off": {
        "en": "The tone estimate is switched off (tone.enabled).",
        "tr": "Ses tonu değerlendirmesi kapalı (tone.enabled).",
    },
    "no_speech": {
        "en": "No speech was heard on the {role} channel.",
        "tr": "Görüşme boyunca {role} kanalında konuşma duyulmadı.",
    },
    "clipped": {
        "en": "The {role} channel is clipped: turn its level down, or words and tone suffer.",
        "tr": "Ses seviyesi çok yüksek, {role} kanalında kırpılma var: seviyeyi düşürün; "
        "yoksa metin ve ton güvenilir olmaz.",
    },
    "truncated": {
        "en": "The recording is damaged and was read only in part: {detail}",
        "tr": "Kayıt bozuk, yalnızca bir kısmı okunabildi: {detail}",
    },
}


def note_text(code: str, language: str, role: str = "", detail: str = "") -> str:
    """The sentence for `code` in "tr" or, for any other language, in English."""
    language = language if language in _ROLES else "en"
    return _TEXTS[code][language].format(role=_ROLES[language].get(role, role), detail=detail)
