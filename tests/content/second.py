"""A second mission with a country of its own, in a temporary tree: the general texts as shipped, and nothing of the first country."""

import shutil
from pathlib import Path

from tests.content.conftest import ROOT

MISSIONS = Path(__file__).parent / "missions"
COUNTRY = "XR"
NUMBERS = """reviewed = 2026-11-24

[values]
emergency = "955"
police = "956"
ambulance = "957"
ombudsman = "+990 11 100"
violence_line = "+990 11 200"
unhcr = "+990 11 300"
"""
RESOURCES = """calm_line:
  name: {en: Line of calm, sq: Linja e qetësisë, ru: Линия покоя, sr_Latn_ME: Linija mira}
  says: {en: "somebody listens", sq: "dikush dëgjon", ru: "вас выслушают", sr_Latn_ME: "neko sluša"}
  for: [distress, lawyer, relocation]
  phones: ["{country.violence_line}"]
  languages: []
  hours: unknown
  sources: [mission]
  checked: 2026-11-24
  confirmed: true
"""
#: Answers that name who can help, by the policy of the general texts.
WITH_RESOURCES = {"other_organisations", "request_legal_help", "request_relocation"}
#: What the general texts leave to the country; it is short, and it is all that a new country has to write.
TEXTS = {
    "en": {
        "other_organisations": "Others who can help here: the ombudsman, {country.ombudsman}.",
        "protest_rules": "General information for Ruritania, not legal advice. Ask a lawyer before you go.",
        "request_legal_help": "General information for Ruritania, not legal advice. The bar has a list of lawyers.",
        "request_relocation": "Leaving is a hard decision. I cannot promise papers, a shelter or money.",
        "rights_if_detained": "General information for Ruritania, not legal advice. You may ask for a lawyer.",
    },
    "sq": {
        "other_organisations": "Të tjerë që mund të ndihmojnë këtu: ombudsmani, {country.ombudsman}.",
        "protest_rules": "Informacion i përgjithshëm për Ruritaninë; nuk është këshillë ligjore. Pyesni dikë që e njeh ligjin.",
        "request_legal_help": "Informacion i përgjithshëm për Ruritaninë; nuk është këshillë ligjore. Dhoma ka një listë.",
        "request_relocation": "Ikja është vendim i rëndë. Dokumente, strehë ose para nuk mund të premtoj.",
        "rights_if_detained": "Informacion i përgjithshëm për Ruritaninë; nuk është këshillë ligjore. Mund të kërkoni përkthyes.",
    },
    "ru": {
        "other_organisations": "Кто ещё может помочь здесь: омбудсмен, {country.ombudsman}.",
        "protest_rules": "Общие сведения о Руритании, а не юридическая консультация. Спросите того, кто знает закон.",
        "request_legal_help": "Общие сведения о Руритании, а не юридическая консультация. У палаты есть список.",
        "request_relocation": "Уехать трудно. Документов, жилья и денег обещать не могу.",
        "rights_if_detained": "Общие сведения о Руритании, а не юридическая консультация. Можно попросить переводчика.",
    },
}


def second_tree(root: Path) -> Path:
    """``responses/``, ``missions/`` and ``nlu/`` below ``root``, with one country, which the first mission has never heard of."""
    shutil.copytree(ROOT / "responses", root / "responses", ignore=shutil.ignore_patterns("country"))
    shutil.copytree(MISSIONS, root / "missions")
    (root / "nlu").symlink_to(ROOT / "nlu")
    country = root / "responses" / "country" / COUNTRY
    for locale, texts in TEXTS.items():
        (country / locale).mkdir(parents=True)
        for name, text in texts.items():
            (country / locale / f"{name}.md").write_text(_file(name, locale, text), "utf-8")
    (country / "country.toml").write_text(NUMBERS, "utf-8")
    (country / "resources.yml").write_text(RESOURCES, "utf-8")
    return root


def _file(name: str, locale: str, text: str) -> str:
    front = f"intent: {name}\nlocale: {locale}\nsources: [mission]\nreviewed: 2026-11-24\nreview: draft"
    more = "\n\n{resources}" if name in WITH_RESOURCES else ""
    return f"---\n{front}\n---\n{text}{more}\n"
