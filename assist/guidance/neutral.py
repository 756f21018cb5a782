"""Words that say nothing about the matter of a call: grammar, courtesy, sympathy.

A rewording may use them freely; whatever else it says must have been said. What gives, takes,
pays, sends, solves, allows or denies is left out on purpose, and so are "yok" and "no".
"""

from __future__ import annotations

_TR = """
    ben biz siz o bu şu bunlar şunlar onlar kendi hep her hiç bir şey birçok kadar gibi için ile ve
    veya ya da de ki ama fakat ancak çünkü eğer ise mi mı mu mü ne nasıl neden niye hangi kim nere
    nerede bura burası burada ora orada şimdi hemen an şimdilik önce sonra ilk ilkin öncelik artık
    hâlâ hala henüz daha en çok az pek biraz iyi güzel doğru tam tamam elbette tabii tabi evet
    peki lütfen buyur efendim yine tekrar birlikte beraber ayrıca böyle şöyle öyle böylece tek tüm
    bütün diğer başka sadece yalnızca bile göre üzere dolayı ötürü yüzden yüz rağmen karşı karşın
    doğal normal gerçek gerçekten oldukça epey kesinlikle tamamen hakkında ilgili konusunda
    dışında arada arasında üzerinde üzerine yan iken diye yeniden
    ol de söyle anlat dinle anla anlaşıl duy gör görün bil düşün hisset fark iste bak kal başla geç
    devam yardım yardımcı ilgilen ifade belirt ilet ederim et eder yap yaşa yaşat
    üz üzül üzgün üzücü özür dile dilerim kusur af affet zor zorlu zorluk zorlan zorunda güç yor
    yorul yorucu yorgun yıpran yıprat yıpratıcı can sık sıkıcı sıkıntı sıkıntılı kız kızgın öfke
    öfkelen haklı hak sinir sinirlen endişe endişeli endişelen merak kaygı kaygılan şaşır şaşırt
    şaşırtıcı kötü hayal kırık kırıklık bekle beklet bekleme beklenti uğraş uğraştır tahmin tatsız
    durum konu mesele sorun problem süreç teşekkür sabır sabırlı nazik anlayış anlayışlı rica acil
    önem önemli rahat rahatsız rahatsızlık vakit zaman gün hafta ay süre adım yol bura hoş uzun kısa
    kolay açık açıkça samimi içten derece kişi insan yer kontrol farklı arka bugünkü
"""
_EN = """
    i you he she it we they me him her us them my your his its our their mine yours ours myself
    yourself ourselves a an the this that these those who whom which what when where why how and or
    but because so if as than then though although while since until of to in on at for with by from
    about into over through during after before between within without out up down here there now
    right away just still already again ever such very quite really too also even only all any some
    each every other another same more most much many lot bit thing way own else both whole
    be have do will would can could may might shall should
    understand hear see know feel think say tell mention listen mean imagine appreciate realise
    realize recognise recognize notice let look go start begin try help want like wish keep wait
    make sense sound seem happen bring leave lead deal
    sorry apologise apologize apology sympathise hard difficult tough tiring tire tired exhausting
    frustrating frustrate frustration annoying annoy worrying worry upsetting upset unsettling
    stressful stress shock shocking surprise surprising disappointing disappoint disappointment
    angry worried frustrated annoyed unpleasant inconvenience inconvenient long bad good fair clear
    clearly easy kind patient patience thank thanks please yes course sure certainly absolutely
    completely fully totally indeed exactly together step point time day week month situation matter
    issue problem trouble concern experience feeling reason case question word part first personally
    straight mind care attention hope check show different answer moment
"""
NEUTRAL = {"tr": frozenset(_TR.split()), "en": frozenset(_EN.split())}
"""Lemmas, by language."""
