"""What polite people write around their point, by language: before and after it."""

POLITE: dict[str, list[tuple[str, str]]] = {
    "en": [
        ("Good evening, sorry to disturb you. ", " Thank you very much for your time."),
        ("Dear Sir or Madam, ", ", thank you in advance, kind regards"),
        ("hello, hope you are well. ", ". have a nice day"),
        ("", " Sorry for my English, and thanks a lot."),
        ("Excuse me please, ", ""),
    ],
    "cnr": [
        ("Dobro veče, izvinite što smetam. ", " Hvala Vam mnogo na vremenu."),
        ("Poštovani, ", ", unaprijed hvala, srdačan pozdrav"),
        ("zdravo, kako ste. ", ". prijatan dan"),
        ("", " Izvinite i hvala puno."),
        ("Oprostite molim vas, ", ""),
    ],
    "sq": [
        ("Mirëmbrëma, më falni për shqetësimin. ", " Ju faleminderit shumë për kohën."),
        ("Të nderuar, ", ", faleminderit paraprakisht, me respekt"),
        ("pershendetje, si jeni. ", ". diten e mire"),
        ("", " Me falni dhe faleminderit shume."),
        ("Me falni ju lutem, ", ""),
    ],
    "ru": [
        ("Добрый вечер, извините за беспокойство. ", " Большое спасибо за ваше время."),
        ("Уважаемые, ", ", заранее благодарю, с уважением"),
        ("здравствуйте, как ваши дела. ", ". хорошего дня"),
        ("", " Извините и спасибо большое."),
        ("Простите пожалуйста, ", ""),
    ],
}
