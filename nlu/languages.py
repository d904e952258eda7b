"""Learns which language a text is in, and writes ``nlu/languages.json``, which the bot reads without any library.

``python nlu/languages.py`` from any folder, again whenever ``nlu/data/`` or ``nlu/languages/other.tsv`` has grown; the same data give the
same file.  Each text is also learnt as hands type it: without diacritics, in the other script, in Latin letters by one of several habits.
"""

import json
import sys
import unicodedata
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import numpy as np  # noqa: E402
from scipy.sparse import csr_matrix, diags  # noqa: E402
from sklearn.feature_extraction.text import CountVectorizer  # noqa: E402
from sklearn.linear_model import LogisticRegression  # noqa: E402

from bot.domain.language import LOCALES, OTHER, grams_of, marks_of, runs_of_three, words_of  # noqa: E402
from nlu.contract import classes  # noqa: E402
from nlu.tsv import Row, read_folder  # noqa: E402

CLASSES = (*LOCALES, OTHER)
#: Folders of ``nlu/data`` by class where they are not named alike.
CLASS_OF = {"cnr": "sr"}
#: N-grams kept of each class, those that speak most clearly for it or against it.
KEPT = 3_000
#: In fewer texts an n-gram is chance.
LEAST_TEXTS = 4
#: In fewer texts of a language a run of three signs is not usual in it.
USUAL_TEXTS = 12
STRENGTH = 3.0
SCALE = 10.0
#: How much all texts of a class weigh together; with less, the few messages in other languages would not be heard.
WEIGHT = {OTHER: 3.0}

_CYRILLIC = str.maketrans(dict(zip("abvgdđežzijklmnoprstćufhcčšǉǌǆ", "абвгдђежзијклмнопрстћуфхцчшљњџ", strict=True)))
_DIGRAPHS = (("lj", "ǉ"), ("nj", "ǌ"), ("dž", "ǆ"))
_RUSSIAN = "абвгдеёжзийклмнопрстуфхцчшщъыьэюя"
#: Three habits of typing Russian in Latin letters; a comma stands between the letters, nothing for no letter.
_HABITS = tuple(
    str.maketrans(dict(zip(_RUSSIAN, letters.split(","), strict=True)))
    for letters in (
        "a,b,v,g,d,e,yo,zh,z,i,y,k,l,m,n,o,p,r,s,t,u,f,kh,ts,ch,sh,shch,,y,,e,yu,ya",
        "a,b,v,g,d,e,e,zh,z,i,i,k,l,m,n,o,p,r,s,t,u,f,h,c,ch,sh,sh,,i,,e,u,a",
        "a,b,v,g,d,e,jo,zh,z,i,j,k,l,m,n,o,p,r,s,t,u,f,h,c,ch,sh,sch,,y,',e,ju,ja",
    )
)
_LETTERS = str.maketrans({"đ": "dj", "ı": "i", "ł": "l", "ø": "o", "ß": "ss", "æ": "ae", "ə": "e"})


def bare(text: str) -> str:
    """The text in small letters without diacritics of Latin letters."""
    plain = unicodedata.normalize("NFD", text.lower().translate(_LETTERS))
    return "".join(sign for place, sign in enumerate(plain) if not (unicodedata.combining(sign) and plain[max(place - 1, 0)] < "\u0250"))


def in_cyrillic(text: str) -> str:
    """Montenegrin Latin with its diacritics, in Cyrillic."""
    text = text.lower()
    for pair, sign in _DIGRAPHS:
        text = text.replace(pair, sign)
    return text.translate(_CYRILLIC)


def ways(row: Row, place: int) -> list[str]:
    """The message as it was written, and as other hands would type it."""
    text, plain = row.text, bare(row.text)
    typed = [text] if plain == text.lower() else [text, plain]
    if row.lang == "cnr" and len(typed) > 1 and "nodiac" not in row.tags:
        typed.append(in_cyrillic(text))
    if row.lang == "ru" and len(plain) > 20:
        typed = [text, text.lower().translate(_HABITS[place % len(_HABITS)])]
    return list(dict.fromkeys(typed))


def other_texts(file: Path) -> list[str]:
    """Messages in other languages, with and without diacritics."""
    lines = [line for line in file.read_text("utf-8").splitlines() if line and not line.startswith("#")]
    texts = [line.split("\t")[0] for line in lines[1:]]
    return list(dict.fromkeys(way for text in texts for way in (text, bare(text))))


def examples(root: Path) -> tuple[list[str], list[str]]:
    """Texts, and the class of each."""
    rows = read_folder(root / "nlu" / "data", frozenset(classes(root / "nlu")))
    known = [(way, CLASS_OF.get(row.lang, row.lang)) for place, row in enumerate(rows) for way in ways(row, place)]
    known += [(way, OTHER) for way in other_texts(root / "nlu" / "languages" / "other.tsv")]
    return [text for text, _ in known], [name for _, name in known]


def telling(counts: csr_matrix, names: list[str]) -> np.ndarray:
    """The columns of n-grams that are much more or much less usual in one class than in the others."""
    seen = (counts > 0).astype(float)
    labels = np.array(names)
    shares = np.array([np.asarray(seen[labels == name].mean(axis=0)).ravel() for name in CLASSES])
    chosen: set[int] = set()
    for place in range(len(CLASSES)):
        rest = np.delete(shares, place, axis=0).mean(axis=0)
        far = np.abs(shares[place] - rest) / np.sqrt(shares[place] + rest + 1e-4)
        chosen |= set(np.argsort(-far, kind="stable")[:KEPT].tolist())
    return np.array(sorted(chosen))


def usual_runs(texts: list[str], names: list[str]) -> dict[str, frozenset[str]]:
    """The runs of three signs that each of our languages has again and again."""
    seen: dict[str, Counter[str]] = {name: Counter() for name in LOCALES}
    for text, name in zip(texts, names, strict=True):
        if name in seen:
            seen[name].update(runs_of_three(f" {' '.join(words_of(text))} "))
    return {name: frozenset(run for run, times in counter.items() if times >= USUAL_TEXTS) for name, counter in seen.items()}


def cut_up(words: list[str], usual: dict[str, frozenset[str]]) -> list[str]:
    """What the bot would weigh in a text of these words, each as often as it counts."""
    return grams_of(words) + [mark for mark, times in marks_of(words, usual).items() for _ in range(times)]


def learn(texts: list[str], names: list[str]) -> dict[str, object]:
    """What the file holds."""
    usual = usual_runs(texts, names)
    cut = CountVectorizer(analyzer=lambda grams: grams, min_df=LEAST_TEXTS)
    grams = [cut_up(words_of(text), usual) for text in texts]
    counts = cut.fit_transform(grams).astype(float)
    columns = telling(counts, names)
    table = diags(1 / np.sqrt([max(len(each), 1) for each in grams])) @ counts[:, columns]
    sizes = Counter(names)
    weigh = {name: len(names) / len(sizes) / size * WEIGHT.get(name, 1.0) for name, size in sizes.items()}
    model = LogisticRegression(C=STRENGTH, class_weight=weigh, max_iter=300).fit(table, names)
    order = [list(model.classes_).index(name) for name in CLASSES]
    bias = {name: round(float(model.intercept_[place]), 3) for name, place in zip(CLASSES, order, strict=True)}
    rounded = np.rint(model.coef_[order].T * SCALE).astype(int)
    kept = zip(map(str, cut.get_feature_names_out()[columns]), rounded, strict=True)
    weights = {gram: row.tolist() for gram, row in sorted(kept, key=lambda each: each[0]) if row.any()}
    runs = {name: "|".join(sorted(each)).replace(" ", "_") for name, each in usual.items()}
    return {"bias": bias, "scale": SCALE, "usual": runs, "weights": weights}


def write(values: dict[str, object], file: Path) -> None:
    """One n-gram on a line, so that people and version control can read it."""
    weights = values.pop("weights")
    head = json.dumps(values, ensure_ascii=False, indent=0)[1:-2].lstrip()
    lines = ",\n".join(f"{json.dumps(gram, ensure_ascii=False)}:{json.dumps(row, separators=(',', ':'))}" for gram, row in weights.items())
    file.write_text(f'{{\n{head},\n"weights": {{\n{lines}\n}}}}\n', encoding="utf-8")


if __name__ == "__main__":
    texts, names = examples(ROOT)
    write(learn(texts, names), ROOT / "nlu" / "languages.json")
    print(", ".join(f"{size} texts {name}" for name, size in sorted(Counter(names).items())))
