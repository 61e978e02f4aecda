# SPDX-License-Identifier: AGPL-3.0-or-later
r"""A labelled corpus for the guard of free text: guard_corpus.py OUTPUT GIVEN [COUNT [SEED]]

Writes COUNT invented reports, one a line: kind, first byte, bytes, text. Kind "-" has nothing that points
at a person; after a full stop stands the way it is written, or what a text of no person looks like. A line
break is written \n. GIVEN holds given names drawn by how many people bear them (tests/data/guard), so that rare
ones come as often as in life; everything else is invented. No text is about anybody.
"""
import pathlib
import random
import sys

PLACES = """Storgatan|Kungsgatan|Erik Dahlbergsgatan|Karl Johans gata|Sankt Eriksgatan|Drottninggatan|
Per Nilssons väg|Järnvägsgatan|Maria Magdalena kyrka|Sven Hedins väg|Nya Torget|Gamla Stadens park|
Karlsholme|Ekuddens camping|Tidavad|Lyrestad|Hova|Gudhem|Moholm|Otterbäcken|Ullervad|Hassle|
Vadsbogymnasiet|Flitiga Lisans förskola|Högelidsskolan|Marieholmsbron|resecentrum|ICA|Coop Forum|
Hotell Stadt|Bo Bättre Fastigheter|Ring Eriks Bygg AB|Stora Torget|Johannesbergs park|Domkyrkan|
Katrinefors|Snapen|Marinan|Trädgårdsgatan|Esplanaden|Göteborgsvägen|E20 vid Hasslerör|väg 26""".replace("\n", "").split("|")
WHAT = """Klotter på {w}|Två krossade rutor vid {w}|Hög musik och bråk vid {w}|Ett gäng på åtta ungdomar vid {w}|
En cykel bränd bakom {w}|Skräp och tomma flaskor vid {w}|Misstänkt droghandel vid {w}, {n} personer|
Mopeder kör fort på {w}|Lampan är trasig vid {w}, stolpe {n}|Inbrott i förråd {n} vid {w}|
Någon har eldat i papperskorgen vid {w}|Personal blev hotad vid {w}|A-traktor rundade {w} i {n} minuter|
Staketet vid {w} är nedrivet, cirka {n} meter|Fyrverkerier vid {w} kl. {h}|Sprutor i busken vid {w}""".replace("\n", "").split("|")
TAIL = """Det är tredje gången den här månaden.|Väktaren gick förbi {h}.|Bostadsbolaget sanerar i morgon.|
Se även dnr 2026/{n}{n}.|Skada för ungefär {n} 500 kr.|Ring 114 14 om det händer igen.|Anmält till Polisen.|
EST {n} har frågan.|Skolan stänger {h}.|Mörkt och otryggt enligt flera.|Hans moped lämnades kvar.|
Per telefon fick vi veta mer.|Hälsningar bovärden|Alla Hjärtans Dag är det fest igen.|Linje {n} mot Skövde var sen.|
Stig Upp för trappan står det.|Björn Sågs inte till.|Region Skaraborg är informerad.|Polisområde Skaraborg vet.|
Högskolan Kronoberg var på besök.|Den 14 november 2026 kl {h}.|Norra Vadsbo och Södra Ving samma sak.|
Volvo V70 stod parkerad.|Svenska Kyrkan hjälper till.|Max Hamburgare har stängt.|Föreningen Rädda Barnen var där.|
Sommar Sol och bad lockar många.""".replace("\n", "").split("|")
FAMILY = """Andersson:22 Johansson:22 Karlsson:19 Nilsson:15 Eriksson:13 Larsson:11 Olsson:10 Persson:10
Svensson:9 Gustafsson:9 Pettersson:9 Jonsson:7 Jansson:5 Hansson:4 Bengtsson:3 Jönsson:3 Lindberg:3
Jakobsson:3 Magnusson:3 Lindström:2 Olofsson:2 Lindqvist:2 Lindgren:2 Berg:2 Axelsson:2 Bergström:2
Lundberg:2 Lind:2 Lundgren:2 Lundqvist:2 Mattsson:2 Berglund:2 Fredriksson:2 Sandberg:2 Henriksson:2
Ali:2 Mohamed:2 Forsberg:2 Sjöberg:2 Wallin:1 Engström:1 Eklund:1 Danielsson:1 Lundin:1 Håkansson:1
Björk:1 Bergman:1 Gunnarsson:1 Wikström:1 Holm:1 Isaksson:1 Fransson:1 Bergqvist:1 Nyström:1 Holmberg:1
Arvidsson:1 Löfgren:1 Söderberg:1 Nyberg:1 Ahmed:1 Blomqvist:1 Claesson:1 Nordström:1 Hassan:1 Mårtensson:1
Lundström:1 Viklund:1 Björklund:1 Eliasson:1 Berggren:1 Sandström:1 Nordin:1 Hussein:1 Ström:1 Åberg:1
Ekström:1 Hermansson:1 Holmgren:1 Hedlund:1 Dahlberg:1 Sundberg:1 Åkesson:1 Hellström:1 Sjögren:1 Falk:1
Månsson:1 Abrahamsson:1 Martinsson:1 Öberg:1 Blom:1 Ek:1 Andreasson:1 Strömberg:1 Hansen:1 Norberg:1
Sundström:1 Åström:1 Holmqvist:1 Lindholm:1 Ivarsson:1 Sundqvist:1 Göransson:1 Ibrahim:1 Vestberg:1 Kovač:1
Tkachenko:1 Papadakis:1 Demir:1 Haddad:1 Rossi:1 Novak:1 Abebe:1 Haile:1 Rexhepi:1 Krasniqi:1 Saarinen:1
Mäkelä:1 Silva:1 Fernandez:1 Yıldız:1 Contreras:1 Le:1 af Tand:1 von Påhitt:1 Crafoord:1 Tigerhielm:1""".split()
STARTS = "Björk Lind Ek Alm Hög Berg Sjö Ny Ceder Hall Gran Sand Vik Ros Ljung Stor Dal Ahl Sten Söder".split()
ENDS = "gren ström qvist berg lund dahl mark stedt vall man strand blad sköld ander hammar".split()


def family(rng):
    """One of ten is put together as such names are; the rest by how common they are."""
    if rng.random() < 0.1:
        return rng.choice(STARTS) + rng.choice(ENDS)
    pairs, joined = [], " ".join(FAMILY)
    for part in joined.replace("af Tand", "af_Tand").replace("von Påhitt", "von_Påhitt").split():
        name, weight = part.split(":")
        pairs.append((name.replace("_", " "), int(weight)))
    return rng.choices([p[0] for p in pairs], [p[1] for p in pairs])[0]


def number(rng):
    year, month, day = rng.randint(1925, 2019), rng.randint(1, 12), rng.randint(1, 28)
    day += 60 if rng.random() < 0.15 else 0
    short = f"{year % 100:02}{month:02}{day:02}"
    last = f"{rng.randint(0, 999):03}"
    odd = [int(c) * (2 - i % 2) for i, c in enumerate(short + last)]
    check = -sum(v - 9 if v > 9 else v for v in odd) % 10
    if rng.random() < 0.3:
        check = (check + rng.randint(1, 9)) % 10
    last += str(check)
    long = f"{year // 100}{short}"
    return rng.choice([f"{short}-{last}", f"{long}-{last}", long + last, short + last, f"{short} {last}",
                       f"{long} {last}", f"{short} - {last}", f"{long[:4]}-{long[4:6]}-{long[6:]}-{last}",
                       f"{short[:2]} {short[2:4]} {short[4:]} {last}", f"{short}\u2013{last}",
                       f"{short}\u00a0{last}", f"{long[:4]} {long[4:6]} {long[6:]} {last}"])


def phone(rng):
    a, b, c = (f"{rng.randint(0, 99):02}" for _ in range(3))
    mobile = f"7{rng.choice('02369')}"
    return rng.choice([f"0{mobile}-{rng.randint(100, 999)} {a} {b}", f"0{mobile}{rng.randint(100, 999)}{a}{b}",
                       f"0{mobile} {rng.randint(100, 999)} {a} {b}", f"+46 {mobile} {rng.randint(100, 999)} {a} {b}",
                       f"+46{mobile}{rng.randint(100, 999)}{a}{b}", f"0046{mobile}{rng.randint(100, 999)}{a}{b}",
                       f"0{mobile}-{a} {b} {c} 1", f"0501-{rng.randint(10, 99)} {a} {b}", f"0506-{rng.randint(100, 999)} {a}",
                       f"08-{rng.randint(100, 999)} {a} {b}", f"031-{rng.randint(100, 999)}{a}{b}",
                       f"+46(0){mobile}{rng.randint(100, 999)}{a}{b}"])


def email(rng, given):
    user = rng.choice([given.lower() + "." + family(rng).split()[-1].lower(), given.lower() + str(rng.randint(1, 99)),
                       "info", f"{given[0].lower()}_x-{rng.randint(1, 9)}", given.lower() + "+est"])
    return user.replace(" ", "") + "@" + rng.choice(["example.se", "example.com", "post.example.org", "EXAMPLE.SE"])


def plate(rng):
    letters = "".join(rng.choice("ABCDEFGHJKLMNOPRSTUWXYZ") for _ in range(3))
    last = rng.choice("0123456789ABCDEFGHJKLMNPRSTUWXYZ")
    text = rng.choice([f"{letters} {rng.randint(10, 99)}{last}", f"{letters}{rng.randint(10, 99)}{last}",
                       f"{letters}-{rng.randint(10, 99)}{last}"])
    return text.lower() if rng.random() < 0.15 else text


def name(rng, given):
    last = family(rng)
    kind = rng.random()
    if kind < 0.05:
        return f"{last}, {given}"
    if kind < 0.1:
        return f"{given} {rng.choice('ABEKLMS')}. {last}"
    if kind < 0.15:
        return f"{given} {rng.choice(['Anna', 'Erik', 'Maria', 'Johan'])} {last}"
    return f"{given} {last}".upper() if kind < 0.18 else f"{given} {last}"


AROUND = {
    "number": ["Killen har pnr {x}", "{x} enligt legitimationen", "Personnummer: {x}", "Det var ({x}) som sågs"],
    "phone": ["Ring mig på {x}", "Tel {x}", "Vittnet nås på {x} efter {h}", "{x} svarar inte"],
    "email": ["Skriv till {x}", "Mejla {x}.", "Svar till <{x}> tack"],
    "plate": ["En röd bil {x} körde iväg", "Bilen har regnr {x}", "Mopeden {x} stod utanför", "Volvon {x} igen"],
    "name": ["Det var {x} som gjorde det", "Jag såg {x} springa därifrån", "{x} bråkade igen",
             "Vaktmästaren {x} ringde", "Enligt {x} hände det {h}", "Vittne: {x}", "Han, {x}, var full",
             "Grannen {x} klagar", "Igen {x}. Samma som förra helgen"],
}


# Others write so; each takes the way it is written, then the words.
DIGITS = ["\uff10", "\u0660", "\u06f0", "\u0966", "\u09e6", "\u0e50", "\U0001d7ce", "\U0001d7f6"]
OWN = """hus|bil|lägenhet|port|balkong|trappa|uppgång|garage|trädgård|altan|brevlåda|moped|dörr|tomt|fönster|förråd|
hund|gård|uppfart|cykel|staket|föräldrar|kiosk i huset""".replace("\n", "").split("|")[:-1]


def other_digits(text, rng):
    zero = ord(rng.choice(DIGITS))
    return "".join(chr(zero + int(c)) if c.isascii() and c.isdigit() else c for c in text)


def short_number(rng):
    """The six and four digits of a number, with its date whole; no checksum is asked for."""
    return f"{rng.randint(25, 99)}{rng.randint(1, 12):02}{rng.randint(1, 28):02}", f"{rng.randint(1, 9999):04}"


def odd_number(rng, way):
    date, last = short_number(rng)
    if way == "letter":
        return rng.choice(["T", "pnr", "Pnr", "nr", "X"]) + rng.choice([f"{date}-{last}", f"19{date}-{last}", f"19{date}{last}"])
    if way == "sign":
        return rng.choice([f"{date}_{last}", f"19{date}_{last}", f"{date} _ {last}", f"({date}) {last}"])
    if way == "born":
        return rng.choice([date, "19" + date, f"19{date[:2]}-{date[2:4]}-{date[4:]}", f"{date[:2]}-{date[2:4]}-{date[4:]}"])
    return other_digits(number(rng), rng)


def odd_phone(rng, way):
    local = f"{rng.randint(20, 99)}{rng.randint(0, 99):02}{rng.randint(0, 99):02}"
    long = f"{rng.randint(200, 999)}{rng.randint(0, 9999):04}"
    if way == "parenthesis":
        return rng.choice([f"(070) {long}", f"(073){long}", f"(0501) {local}", f"(0501) {local[:2]} {local[2:4]} {local[4:]}",
                           f"(08) {long}", f"(070)-{long[:3]} {long[3:5]} {long[5:]}"])
    if way == "local":
        return rng.choice([local, f"{local[:2]} {local[2:4]} {local[4:]}", local[:5], f"{local[:3]} {local[3:]}"])
    if way == "area":
        return rng.choice(["0501", "0506", "0511"]) + rng.choice(["-", " ", " - "]) + f"{local[:2]} {local[2:4]} {local[4:]}"
    if way == "letter":
        return rng.choice(["tel", "mob", "nr"]) + "07" + str(rng.randint(10000000, 99999999))
    return other_digits(phone(rng), rng)


def said_email(rng, given):
    at = rng.choice([" (at) ", "(at)", " [at] ", " at ", " snabel-a ", " (a) ", " @ ", "\uff20", "(snabel-a)"])
    dot = rng.choice([".", " punkt ", "(punkt)", " dot "])
    if dot == " dot " or at != " at ":
        dot = rng.choice([dot, "."])
    if at in (" @ ", " snabel-a ", " at "):
        dot = rng.choice([".", " punkt "])
    return f"{given.lower()}{at}{rng.choice(['example', 'post' + dot + 'example'])}{dot}{rng.choice(['se', 'com', 'org'])}"


def odd_plate(rng, way):
    letters = "".join(rng.choice("ABCDEFGHJKLMNOPRSTUWXYZ") for _ in range(3))
    last = rng.choice("0123456789") if rng.random() < 0.6 else rng.choice("ABCDEFGHJKLMNPRSTUWXYZ")
    text = f"{letters}{rng.choice([' ', ' ', ' ', '-'])}{rng.randint(10, 99)}{last}"
    return text if way == "blank" else (letters + text[4:]).lower()


def odd_name(rng, given, way):
    last = family(rng)
    if way == "genitive":
        return f"{given} {last}{'' if last.endswith('s') else 's'} {rng.choice(OWN)}"
    if way == "initial":
        return f"{given[0]}{rng.choice(['. ', '.', '. ', ' ', '.E. '])}{last}{rng.choice(['', '', '', ' bil' if last.endswith('s') else 's bil'])}"
    return f"{given}{'  ' if way == 'blanks' else chr(10)}{last}"


def odd_home(rng, way):
    street = f"{rng.choice(['Storgatan', 'Kungsgatan', 'Nya gatan', 'Lindvägen', 'Esplanaden'])} {rng.randint(1, 90)}"
    if way == "street":
        return rng.choice(["hemma på ", "bor på ", "boende på ", "bosatt på ", "hemma vid "]) + street + rng.choice(["", "B"])
    return rng.choice(["bor på ", "bor i ", "bodde på "]) + rng.choice(
        ["trean", "tvåan", "ettan", "översta våningen", "plan 3", "våning 2", "3:an", "bottenvåningen", "andra våningen"])


def odd_flat(rng):
    word = rng.choice(["lägenhetsnr", "lgh nr", "lägenhet nr", "Lghnr", "lägenhetsnummer", "lgh", "lägenheten"])
    return f"{word} {rng.randint(10, 15)}{rng.randint(0, 1)}{rng.randint(1, 9)}"


# kind, ways, how much of the corpus, what stands about it ({x}); a vehicle is not spoken of before {x}
OTHERS = [
    ("number", ["letter", "sign", "digits"], 4, ["Killen, {x}, sågs", "{x} enligt legitimationen", "Det var {x} som sågs"]),
    ("number", ["born"], 2, ["Han är född {x}", "Hon, f. {x}, var där", "Killen föddes {x} tror jag", "Född: {x}"]),
    ("phone", ["parenthesis", "letter", "digits", "area"], 5, ["Nås på {x}", "{x} svarar inte", "Vittnet har {x} efter {h}"]),
    ("phone", ["local"], 2, ["tel {x}", "Tel. {x} efter {h}", "Ring mig på {x}", "Telefon: {x}", "tfn {x} dagtid"]),
    ("email", ["said"], 3, ["Skriv till {x}", "Svar till {x}, tack", "{x} går bra"]),
    ("plate", ["blank", "lower"], 5, ["{x} stod parkerad", "Det var {x} som stod där", "Såg {x} åka därifrån", "{x} igen"]),
    ("name", ["genitive"], 4, ["{x}", "Det var vid {x}", "Bråk utanför {x} på Storgatan 5", "De satt i {x}"]),
    ("name", ["initial", "blanks", "lines"], 5, AROUND["name"]),
    ("home", ["street", "floor"], 3, ["Han {x}", "De är {x} varje kväll", "Hon som {x} såg det"]),
    ("flat", ["number"], 1, ["Det är i {x}", "Bråk i {x} igen", "Musik från {x} efter {h}"]),
]
NEAR = {
    "plate": """SOS 112 ringdes|ICA 24 har öppet|BVC 101 ligger där|LSS 123 är lagen|Buss 101 kom sen|Bus 101 kom sen|
Hyllan har SKF {t}|LED {t} W i armaturen|MAX {t} personer får vara där|Rum {t} är låst|rum123 är låst|rum ABC {t} är låst|
Sal BHJ {t} står öppen|SAB 340 flög över|Boeing MAX 800 hördes|E20 var avstängd|väg 202 vid avfarten|RV 26 mot Hova|
Kurs KGE {t} är inställd|Stolpe MAR {t} är mörk|lyktstolpe KLM {t} blinkar|Dnr KSF {t}/2026 gäller|BRF 123 hör av sig|
DET HAR {t} UNGDOMAR SETT|ungefär 50 till 100 och alla {t} där|Tåg REG {t} var sent|kod ABC {t} gäller|EPA {t}|
USB 300 fanns i papperskorgen|det var max100 där|Betalade SEK {t} för det|MAJ 123|Vi var hos HSB {t} gånger|
LOK 125 stod kvar|Skärm OLE {t} slocknade|Volvo V70|mp3 spelades|GPS 123 visade fel|Tre bilar och sen 100 till""",
    "number": """Den 2026-11-24 kl 0130|klockan 12 34 56|kl 0130 i natt|mellan 2026-11-13 och 2026-11-14|Rum 123 och 124|
2026-11-24 23:30|org.nr 212000-1686|Ring 114 14 eller 1177|tel 114 14 till polisen|Ring 112 vid brand|{t} 500 kr i skada|
postnummer 542 30|dnr 2026/{t}{t}|ärende 755000 är avslutat|SWEREF 6506000, 424000|lag 2023:196|födda 1985 och senare|
född 1985|850101 är bara siffror|id a1b2{t}-ac96-774b|version 10.20.30|koordinat 58.7095, 13.8237|2026-10-01--2026-10-31|
Kostar {t} 000 kr|larmnummer 755000 på skylten|stolpe 070 123|telefonkiosken vid 30 meter|Per telefon 22 personer|
kontakt på telefon 2026-11-24|bor i området|bor på orten|i 30 minuter|hemma på kvällen|träffas at torget|Brand i en bostad på bottenvåningen|klockan 3 (a) gäller""",
    "name": """Karlsborg|Johannesberg är mörkt|Annelund har ny lampa|Vid S:t Olofsgatan|Vid Karlsborgs torg|Annelunds park|
Johannesbergs skola|Sankt Olofs kyrka|Eriksberg och Karlslund|Per Nilssons väg|Karl Johans gata är halkig|Sven Hedins väg|
Nya Perssons konditori|Mariebergs camping|Johannelund|Bengtsgården|Katrinebergs backe|Larsmässan i Hova|S. Vägen är mörk|
E. Gatan är avstängd|Plan 2. Lampan är trasig|port B. Dörren är trasig|Hiss A. Larmet gick|Hiss B. Kolumnen är vit|Olof Palmes plan och torg|
Det var Anna\nLampan är trasig|Ring Erik\nKlockan var tio|Mötet är hos Karin\nStorgatan är mörk|Hälsningar\nbovärden|
Anna  sedan kom hon|Eriks bil stod där|Kalles hus är rött|Karlssons bil stod där|grannens bil|Hans hus är stort|
Karin Boyes gata|Selma Lagerlöfs gata|Gustav Adolfs torg|Carl Gustafs kyrka|Evert Taubes park|Olof Palmes plats|Henry Dunkers plats|Kim Larsens låtar spelades högt""",
}
NEAR = {kind: text.replace("|\n", "|").split("|") for kind, text in NEAR.items()}


def other(rng, given):
    kind, ways, _, around = rng.choices(OTHERS, [o[2] for o in OTHERS])[0]
    who = rng.choices(given[0], given[1])[0]
    way = rng.choice(ways)
    what = {"number": lambda: odd_number(rng, way), "phone": lambda: odd_phone(rng, way), "email": lambda: said_email(rng, who),
            "plate": lambda: odd_plate(rng, way), "name": lambda: odd_name(rng, who, way), "home": lambda: odd_home(rng, way),
            "flat": lambda: odd_flat(rng)}[kind]()
    return f"{kind}.{way}", what, fill(rng.choice(around), rng).replace("{x}", "\0")


def near(rng):
    kind = rng.choice(list(NEAR))
    return f"-.{kind}", rng.choice(NEAR[kind]).replace("\\n", "\n").replace("{t}", str(rng.randint(100, 999)))


def fill(text, rng):
    return text.format(w=rng.choice(PLACES), n=rng.randint(2, 99), h=f"{rng.randint(0, 23):02}:{rng.choice(['00', '15', '30'])}",
                       x="{x}")


def one(rng, given):
    parts = [fill(rng.choice(WHAT), rng) + "."]
    if rng.random() < 0.7:
        parts.append(fill(rng.choice(TAIL), rng))
    kind = rng.choices(["-", "number", "phone", "email", "plate", "name", "other", "near"], [28, 9, 9, 6, 8, 14, 16, 10])[0]
    if kind == "-":
        return kind, "", " ".join(parts)
    if kind == "near":
        kind, what = near(rng)
        parts.insert(rng.randint(0, len(parts)), what + ".")
        return kind, "", " ".join(parts)
    if kind == "other":
        kind, what, text = other(rng, given)
        parts.insert(rng.randint(0, len(parts)), text + ".")
        return kind, what, " ".join(parts)
    who = rng.choices(given[0], given[1])[0]
    what = {"number": number, "phone": phone, "plate": plate}.get(kind, lambda r: None)(rng)
    what = what or (email(rng, who) if kind == "email" else name(rng, who))
    parts.insert(rng.randint(0, len(parts)), fill(rng.choice(AROUND[kind]), rng).replace("{x}", "\0") + ".")
    return kind, what, " ".join(parts)


def main(output, drawn, count="30000", seed="1"):
    rng = random.Random(int(seed))
    rows = [line.split(" ", 1) for line in pathlib.Path(drawn).read_text(encoding="utf-8").splitlines()]
    given = [r[1] for r in rows], [int(r[0]) for r in rows]
    with open(output, "w", encoding="utf-8") as out:
        for _ in range(int(count)):
            kind, what, text = one(rng, given)
            at = len(text.split("\0")[0].encode()) if what else 0
            text = text.replace("\0", what).replace("\n", "\\n")
            out.write(f"{kind}\t{at}\t{len(what.encode())}\t{text}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
