"""Bare words and phrases by language; each counts only as the whole message, compared without marks, case and punctuation.

Diacritics, ë and ç are folded in the comparison, so one spelling is enough; Latin Russian is listed beside the Cyrillic.
"""

YES = {
    "": ["1"],
    "en": [
        "yes", "y", "yeah", "yep", "yup", "ya", "yess", "yes please", "yes 1", "1 yes", "yes help", "yes now", "yes yes", "yes there is",
        "yes i am", "yes we are", "yes i do", "i do", "of course yes", "sure yes",
    ],
    "cnr": ["da", "da 1", "1 da", "jes", "jeste", "da jeste", "da da", "da molim", "da hvala", "da hocu", "hocu", "naravno da", "da ima", "ima"],
    "sq": ["po", "po 1", "1 po", "po po", "po ju lutem", "po te lutem", "po faleminderit", "po deshiroj", "po dua", "po ka", "posi", "patjeter po"],
    "ru": ["да", "да 1", "1 да", "да да", "да пожалуйста", "да спасибо", "да хочу", "хочу", "да есть", "конечно да", "da pozhaluysta", "da hochu"],
}  # fmt: skip
#: To the danger question "not sure" is yes (conversation rules, section 3); to an offer it is not.
UNSURE = {
    "en": [
        "not sure", "unsure", "i am not sure", "im not sure", "i'm not sure", "we are not sure", "maybe", "i don't know", "i dont know",
        "we don't know", "dont know", "idk", "dunno", "perhaps", "possibly", "could be",
    ],
    "cnr": [
        "možda", "nijesam siguran", "nijesam sigurna", "nisam siguran", "nisam sigurna", "nijesmo sigurni", "nismo sigurni", "ne znam", "nemam pojma",
        "ne znamo", "može biti", "valjda", "neznam",
    ],
    "sq": ["ndoshta", "nuk e di", "s'e di", "se di", "nuk jam i sigurt", "nuk jam e sigurt", "s'jam i sigurt", "s'jam e sigurt", "nuk e dimë", "mundet", "ka mundsi"],
    "ru": [
        "может быть", "не знаю", "не уверен", "не уверена", "не уверены", "наверное", "возможно", "незнаю", "mozhet byt", "ne znayu", "ne znaju",
        "ne uveren", "ne uverena", "navernoe",
    ],
}  # fmt: skip
NO = {
    "": ["2"],
    "en": [
        "no", "n", "nope", "no 2", "2 no", "nobody", "no one", "noone", "none", "no thanks", "no thank you", "not in danger", "no danger",
        "no nobody", "no nobody is", "no one is", "nobody is in danger", "no one is in danger", "no not now", "we are safe", "i am safe",
        "im safe", "i'm safe", "all safe", "no no", "not now", "no need",
    ],
    "cnr": ["ne", "niko", "nije", "ne 2", "2 ne", "ne ne", "ne hvala", "ne niko", "niko nije", "nema potrebe", "ne treba", "nijesu", "nisu", "nijesam", "nisam", "nema"],
    "sq": ["jo", "askush", "jo 2", "2 jo", "jo jo", "jo faleminderit", "jo askush", "s'ka nevojë", "nuk ka nevojë", "asnjëri", "kurrkush", "jo kerkush"],
    "ru": ["нет", "никто", "нет 2", "2 нет", "нет нет", "нет спасибо", "нет никто", "не надо", "не нужно", "net", "nikto", "net spasibo", "ne nado", "ne nuzhno"],
}  # fmt: skip
#: Bare calls for help lead to the danger question, never to a menu (section 2).
HELP = {
    "": ["sos", "911", "112", "122", "mayday"],
    "en": [
        "help", "help me", "please help", "please help me", "help please", "help us", "help me please", "i need help", "need help", "we need help",
        "urgent", "emergency", "pls help", "plz help", "help help", "save me", "save us", "its urgent", "it is urgent",
        "hlp", "hep", "heeelp", "can you help me", "please", "pls", "plz", "danger", "in danger", "im in danger", "i am in danger",
        "is anyone here", "is anybody here", "anyone here", "anybody there", "anyone there", "answer me", "pick up", "s o s", "dead",
    ],
    "cnr": [
        "pomoć", "upomoć", "u pomoć", "pomozite", "pomagajte", "hitno", "pomozi", "pomozi mi", "pomozite mi", "pomozite nam", "molim vas pomozite",
        "treba mi pomoć", "trebam pomoć", "treba nam pomoć", "hitno je", "spasite", "spasite me", "spasite nas", "pomoć hitno",
        "spašavajte", "spasavajte", "pomagaj", "pomagte", "molim vas", "molim te", "opasnost", "u opasnosti", "u opasnosti sam",
        "ima li koga", "ima li nekoga", "jel ima koga", "ima li iko", "halo halo", "strah me",
    ],
    "sq": [
        "ndihmë", "ndihmoni", "më ndihmoni", "urgjent", "urgjente", "na ndihmoni", "ju lutem ndihmë", "ndihmë ju lutem", "kam nevojë për ndihmë",
        "dua ndihmë", "më ndihmo", "ndimë", "nihmë", "shpëtomëni", "na shpëtoni", "më shpëtoni", "emergjencë", "është urgjente",
        "ju lutem", "te lutem", "rrezik", "në rrezik", "jam në rrezik", "a ka kush", "a ka njeri", "a asht kush", "shpejt", "shpejt shpejt",
    ],
    "ru": [
        "помогите", "помощь", "на помощь", "спасите", "срочно", "помогите мне", "помогите нам", "помогите пожалуйста", "нужна помощь",
        "мне нужна помощь", "нам нужна помощь", "помоги", "помоги мне", "спасите меня", "спасите нас", "это срочно", "очень срочно", "pomogite",
        "пожалуйста", "прошу вас", "умоляю", "опасность", "в опасности", "караул", "выручайте", "есть кто", "есть кто нибудь",
        "pozhaluista", "pozhaluysta", "pomogite pozhaluista", "spasite", "pomoshch", "pomosch", "nuzhna pomosh", "srochno", "pomogite pozhaluysta",
    ],
}  # fmt: skip
#: "Stop writing to me" and "my phone keeps beeping" mute; they erase nothing.
STOP = {
    "en": [
        "stop", "stop writing", "stop writing to me", "stop messaging me", "dont write to me", "don't write to me", "do not write to me",
        "stop texting me", "mute", "unsubscribe", "my phone keeps beeping", "stop sending me messages", "please stop writing to me",
        "please stop writing", "please stop messaging me", "stop beeping", "my phone is beeping", "be quiet", "quiet",
    ],
    "cnr": [
        "prestanite", "prestani", "ne pišite mi", "ne piši mi", "nemojte mi pisati", "nemoj mi pisati", "prestanite da mi pišete",
        "prestani da mi pišeš", "telefon mi zvoni", "stalno mi zvoni telefon", "tišina", "ne šaljite mi poruke", "nemojte mi slati poruke",
    ],
    "sq": [
        "ndalo", "ndaloni", "mos më shkruani", "mos më shkruaj", "mos më shkruani më", "pusho", "heshtje", "më bie telefoni", "po më bie telefoni",
        "mos më dërgoni mesazhe",
    ],
    "ru": [
        "стоп", "хватит", "не пишите мне", "не пиши мне", "перестаньте мне писать", "перестаньте писать", "хватит писать", "телефон звенит",
        "телефон пищит", "тихо", "не присылайте сообщения", "ne pishite mne", "hvatit",
    ],
}  # fmt: skip
#: Commands without their slash.  ``help`` is missing on purpose: it leads to the danger question.
COMMANDS = {
    "start": {"en": ["start"]},
    "menu": {
        "en": ["menu", "the menu", "topics"],
        "cnr": ["meni", "teme"],
        "sq": ["menu", "menyja", "menuja", "temat"],
        "ru": ["меню", "темы", "menyu", "menju"],
    },
    "more": {
        "en": ["more", "more please", "tell me more", "read more", "more on this", "more about this",
            "what now", "and now", "what next", "and then", "then what", "and then what", "what do i do now", "what should i do now", "what do we do now",
        ],
        "cnr": ["više", "više o tome", "još", "još o tome", "recite mi više", "reci mi više", "opširnije", "detaljnije",
            "šta sad", "i šta sad", "šta sada", "što sad", "šta dalje", "i šta dalje", "i onda", "a onda", "i poslije", "šta da radim sad", "šta sad da radim",
        ],
        "sq": ["më shumë", "edhe më shumë", "më tregoni më shumë", "më trego më shumë", "më gjerësisht", "më hollësisht",
            "çfarë tani", "e tani", "po tani", "tani çfarë", "e pastaj", "po pastaj", "dhe pastaj", "çfarë bëj tani", "çka tash", "e tash", "po tash",
        ],
        "ru": ["подробнее", "ещё", "больше", "ещё об этом", "расскажите подробнее", "расскажи подробнее", "podrobnee", "podrobneye", "eshche",
            "что теперь", "и что теперь", "что дальше", "и что дальше", "а дальше", "а потом", "и потом", "что мне теперь делать", "что теперь делать", "chto teper", "chto dalshe",
        ],
    },
    "source": {
        "en": ["source", "sources", "the source", "what is the source", "where is this from"],
        "cnr": ["izvor", "izvori", "koji je izvor", "odakle to"],
        "sq": ["burimi", "burim", "burimet", "cili është burimi"],
        "ru": ["источник", "источники", "откуда это", "istochnik", "istochniki"],
    },
    "human": {
        "en": [
            "human", "officer", "a human", "a person", "person", "an officer", "talk to an officer", "talk to a person", "talk to a human",
            "speak to an officer", "speak to a person",
        ],
        "cnr": [
            "čovjek", "čovek", "osoba", "službenik", "živ čovjek", "oficir", "razgovor sa službenikom", "sa službenikom", "službenica",
        ],
        "sq": ["njeri", "person", "zyrtar", "një njeri", "nje zyrtar", "të flas me një zyrtar", "bisedë me një zyrtar", "me një zyrtar", "zyrtari", "zyrtare"],
        "ru": [
            "человек", "живой человек", "сотрудник", "оператор", "поговорить с сотрудником", "с сотрудником", "chelovek", "sotrudnik",
        ],
    },
    "status": {"en": ["status"], "cnr": ["status"], "sq": ["statusi"], "ru": ["статус"]},
    "language": {
        "en": ["language", "languages", "other language", "another language", "change language", "change the language"],
        "cnr": ["jezik", "jezici", "drugi jezik", "promijeni jezik", "promijenite jezik", "promeni jezik", "pismo", "drugo pismo"],
        "sq": ["gjuha", "gjuhë", "gjuhët", "gjuhë tjetër", "tjetër gjuhë", "ndërro gjuhën", "ndërroni gjuhën"],
        "ru": ["язык", "языки", "другой язык", "сменить язык", "поменять язык", "yazyk", "jazyk", "drugoi yazyk", "drugoy yazyk"],
    },
    "privacy": {"en": ["privacy"], "cnr": ["privatnost"], "sq": ["privatësia", "privatësi"], "ru": ["приватность", "конфиденциальность"]},
    "about": {"en": ["about"], "cnr": ["o nama"], "sq": ["rreth nesh"], "ru": ["о нас"]},
    "forget": {"en": ["forget", "forget me"], "cnr": ["zaboravi me", "zaboravite me"], "sq": ["më harro", "më harroni"], "ru": ["забудь меня", "забудьте меня"]},
}  # fmt: skip
#: The words that stand for the numbers of "what happened": held, hurt, threatened, somebody missing.
KINDS = {
    1: {
        "en": ["held", "arrested", "arrest", "detained", "detention", "taken", "in custody", "held by police", "by police"],
        "cnr": ["uhapšen", "uhapšena", "uhapšeni", "hapšenje", "priveden", "privedena", "privedeni", "odveli", "odveli ga", "odveli su ga", "u pritvoru", "pritvor"],
        "sq": ["arrestuar", "arrestim", "i arrestuar", "e arrestuar", "ndaluar", "i ndaluar", "e ndaluar", "e morën", "e kanë marrë", "në burg", "në polici"],
        "ru": ["задержан", "задержана", "задержали", "арест", "арестован", "арестована", "арестовали", "забрали", "задержание", "в полиции", "zaderzhali", "arest", "zabrali"],
    },
    2: {
        "en": ["hurt", "attacked", "attack", "injured", "wounded", "beaten", "bleeding", "hurt or attacked"],
        "cnr": ["povrijeđen", "povrijeđena", "povređen", "povređena", "napadnut", "napadnuta", "napad", "napali", "ranjen", "ranjena", "pretučen", "pretučena", "krvari"],
        "sq": ["i lënduar", "e lënduar", "lënduar", "sulmuar", "i sulmuar", "e sulmuar", "sulm", "i plagosur", "e plagosur", "rrahur", "i rrahur", "e rrahur"],
        "ru": ["ранен", "ранена", "ранили", "избит", "избита", "избили", "напали", "нападение", "кровь", "ranen", "izbili", "napali"],
    },
    3: {
        "en": ["threatened", "threat", "threats", "a threat"],
        "cnr": ["prijetnja", "prijetnje", "pretnja", "pretnje", "prijete", "prijete mi", "prete", "prete mi"],
        "sq": ["kërcënim", "kërcënime", "kërcënuar", "i kërcënuar", "e kërcënuar", "më kërcënojnë", "kercnim"],
        "ru": ["угроза", "угрозы", "угрожают", "мне угрожают", "ugroza", "ugrozy", "ugrozhayut"],
    },
    4: {
        "en": ["missing", "somebody missing", "somebody is missing", "someone missing", "someone is missing", "disappeared"],
        "cnr": ["nestao", "nestala", "nestali", "nestanak", "neko nestao", "neko je nestao", "nema ga", "nema je"],
        "sq": ["i zhdukur", "e zhdukur", "zhdukur", "humbur", "është zhdukur", "dikush është zhdukur", "s'ka nam e nishan"],
        "ru": ["пропал", "пропала", "пропали", "исчез", "исчезла", "кто-то пропал", "propal", "propala", "ischez"],
    },
}  # fmt: skip
#: What may stand before an English word for a kind: "he is missing".
SUBJECTS = ("", "i am ", "i'm ", "im ", "we are ", "we're ", "he is ", "she is ", "they are ", "he was ", "she was ", "i was ", "we were ")
