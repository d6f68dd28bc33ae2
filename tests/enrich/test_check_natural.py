"""What careful translators write, with all their freedom, passes the checks."""

import pytest

from bot.enrich.check import check, check_summary, check_texts
from bot.models import FindingKind, SentencePair, Severity, Verdict

TRACKERS = (
    "Trackers that follow a point through a video usually commit to one position "
    "per frame, so an occlusion of a second is often the end of a track. We propose "
    "to postpone the decision."
)
BENCHMARKS = (
    "On two public benchmarks it raises the average Jaccard from 61.7 to 66.3, "
    "and on Peekaboo, a new set of 412 clips with occlusions of 1.5 to 9 seconds, "
    "the fraction of tracks recovered after the occlusion from 23.8% to 51.0%. "
    "It runs at 27 frames per second for 256 points on a single consumer GPU."
)
DERIVATIVES = (
    "We prove a second-order bound on the error. Second derivatives are needed "
    "in only 2% of the steps."
)
CONTRIBUTIONS = (
    "Our contributions are: (1) a corpus of 3.2 million sentences; (2) a two-stage "
    "filter; (3) a 7B model, GPT-Neko, that beats BERT by 4.5 points on SQuAD. "
    "Code: https://github.com/Example/NekoLM."
)
MODELS = (
    "Large language models (LLMs) such as GPT-4 and Llama 2 often hallucinate. "
    "We use retrieval-augmented generation (RAG) with a Transformer encoder and "
    "reduce the error rate by a third."
)
STATIONS = (
    "Since the 1990s, more than half of the 1,200 stations have been closed. "
    "The first study, in 2017, covered 12,500 people in 15 countries and cost "
    "$3.5 million."
)
SINK = (
    'The so-called "attention sink" — a well-known artifact — doubles the latency '
    "from 20 ms to 40 ms; memory grows by 1.5 GB."
)
NATURAL = [
    (
        "ja",
        TRACKERS,
        (
            "動画中の点を追うトラッカーは通常、1フレームにつき1つの位置に決めてしまう"
            "ため、1秒の遮蔽でも追跡が途切れることが多い。本研究では、その判断を先延ば"
            "しにすることを提案する。"
        ),
    ),
    (
        "ja",
        BENCHMARKS,
        (
            "2つの公開ベンチマークにおいて、平均Jaccardは61.7から66.3に向上した。また"
            "、1.5〜9秒の遮蔽を含む412本のクリップからなる新しいデータセットPeekabooで"
            "は、遮蔽後に回復できた軌跡の割合が23.8％から51.0％に上昇した。民生用GPU1枚"
            "で、256点に対し毎秒27フレームで動作する。"
        ),
    ),
    (
        "ja",
        DERIVATIVES,
        ("誤差の二次評価を証明する。二階微分が必要なのはステップの2％にすぎない。"),
    ),
    (
        "ja",
        CONTRIBUTIONS,
        (
            "本研究の貢献は、(1) 320万文のコーパス、(2) 二段階フィルタ、(3) SQuADでBERTを"
            "4.5ポイント上回る70億パラメータのモデルGPT-Nekoである。コード：https://github.com/Example/NekoLM"
        ),
    ),
    (
        "ja",
        MODELS,
        (
            "GPT-4やLlama 2などの大規模言語モデル（LLM）は、しばしばハルシネーションを"
            "起こす。本研究ではトランスフォーマーのエンコーダを用いた検索拡張生成（RAG）"
            "により、誤り率を3分の1削減する。"
        ),
    ),
    (
        "ja",
        STATIONS,
        (
            "1990年代以降、1,200か所の観測所の半数以上が閉鎖された。2017年の最初の調査"
            "は15か国の1万2500人を対象とし、費用は350万ドルであった。"
        ),
    ),
    (
        "ja",
        SINK,
        (
            "いわゆる「アテンション・シンク」という周知のアーティファクトにより、レイ"
            "テンシは20ミリ秒から40ミリ秒へと倍増し、メモリは1.5GB増える。"
        ),
    ),
    (
        "ko",
        DERIVATIVES,
        ("우리는 오차에 대한 2차 상계를 증명한다. 2계 도함수는 전체 단계의 2%에서만 필요하다."),
    ),
    (
        "ko",
        CONTRIBUTIONS,
        (
            "우리의 기여는 (1) 320만 문장의 말뭉치, (2) 2단계 필터, (3) SQuAD에서 BERT를"
            " 4.5점 앞서는 7B 모델 GPT-Neko이다. 코드: https://github.com/Example/NekoLM"
        ),
    ),
    (
        "ko",
        MODELS,
        (
            "GPT-4, Llama 2와 같은 거대 언어 모델(LLM)은 자주 환각을 일으킨다. 트랜스"
            "포머 인코더와 함께 검색 증강 생성(RAG)을 사용하여 오류율을 3분의 1 줄인다"
            "."
        ),
    ),
    (
        "ko",
        ("The LLM is evaluated by BLEU. An LLM with RAG is better than GPT-4."),
        ("LLM은 BLEU로 평가된다. RAG를 갖춘 LLM이 GPT-4보다 낫다."),
    ),
    (
        "ko",
        SINK,
        (
            "이른바 '어텐션 싱크'라는 잘 알려진 현상은 지연 시간을 20ms에서 40ms로 두"
            " 배 늘리며, 메모리는 1.5GB 증가한다."
        ),
    ),
    (
        "zh-TW",
        CONTRIBUTIONS,
        (
            "我們的貢獻如下：(1) 一個包含 320 萬個句子的語料庫；(2) 一個兩階段過濾器；"
            "(3) 一個 70 億參數的模型 GPT-Neko，它在 SQuAD 上比 BERT 高出 4.5 分。程式"
            "碼：https://github.com/Example/NekoLM。"
        ),
    ),
    (
        "zh-TW",
        STATIONS,
        (
            "自 20 世紀 90 年代以來，1,200 個測站中已有一半以上關閉。2017 年的第一項研"
            "究涵蓋 15 個國家的 1.25 萬人，耗資 350 萬美元。"
        ),
    ),
    (
        "zh-CN",
        MODELS,
        (
            "GPT-4 和 Llama 2 等大语言模型（LLM）常常产生幻觉。我们将检索增强生成（RAG）"
            "与 Transformer 编码器结合，使错误率降低了三分之一。"
        ),
    ),
    (
        "de",
        CONTRIBUTIONS,
        (
            "Unsere Beiträge sind: (1) ein Korpus mit 3,2 Millionen Sätzen; (2) ein zweistufiger "
            "Filter; (3) ein 7B-Modell, GPT-Neko, das BERT auf SQuAD um 4,5 Punkte schlägt. "
            "Code: https://github.com/Example/NekoLM."
        ),
    ),
    (
        "de",
        MODELS,
        (
            "Große Sprachmodelle (LLMs) wie GPT-4 und Llama 2 halluzinieren häufig. Wir "
            "verwenden Retrieval-Augmented Generation (RAG) mit einem Transformer-Encoder "
            "und senken die Fehlerrate um ein Drittel."
        ),
    ),
    (
        "de",
        STATIONS,
        (
            "Seit den 1990er-Jahren wurde mehr als die Hälfte der 1.200 Stationen geschlossen. "
            "Die erste Studie aus dem Jahr 2017 umfasste 12.500 Personen in 15 Ländern "
            "und kostete 3,5 Mio. US-Dollar."
        ),
    ),
    (
        "de",
        SINK,
        (
            "Die sogenannte „Attention Sink“ – ein bekanntes Artefakt – verdoppelt die "
            "Latenz von 20 ms auf 40 ms; der Speicherbedarf wächst um 1,5 GB."
        ),
    ),
    (
        "fr",
        CONTRIBUTIONS,
        (
            "Nos contributions sont les suivantes\xa0: (1) un corpus de 3,2 millions de "
            "phrases\xa0; (2) un filtre en deux étapes\xa0; (3) un modèle de 7 milliards de "
            "paramètres, GPT-Neko, qui dépasse BERT de 4,5 points sur SQuAD. Code\xa0: https://github.com/Example/NekoLM."
        ),
    ),
    (
        "fr",
        SINK,
        (
            "Le «\xa0puits d’attention\xa0», un artefact bien connu, double la latence, qui "
            "passe de 20\xa0ms à 40\xa0ms\xa0; la mémoire augmente de 1,5\xa0Go."
        ),
    ),
    (
        "es",
        STATIONS,
        (
            "Desde los años noventa se ha cerrado más de la mitad de las 1200 estaciones. "
            "El primer estudio, de 2017, abarcó a 12 500 personas de 15 países y costó "
            "3,5 millones de dólares."
        ),
    ),
    (
        "es",
        SINK,
        (
            "El llamado «sumidero de atención», un artefacto bien conocido, duplica la "
            "latencia, de 20 ms a 40 ms; la memoria crece 1,5 GB."
        ),
    ),
    (
        "ru",
        BENCHMARKS,
        (
            "На двух открытых наборах среднее значение Jaccard возрастает с 61,7 до 66,3, "
            "а на Peekaboo — новом наборе из 412 роликов с перекрытиями от 1,5 до 9 секунд "
            "— доля треков, восстановленных после перекрытия, увеличивается с 23,8 % "
            "до 51,0 %. Метод обрабатывает 27 кадров в секунду для 256 точек на одной "
            "потребительской видеокарте (GPU)."
        ),
    ),
    (
        "ru",
        STATIONS,
        (
            "С 1990-х годов закрыто более половины из 1200 станций. Первое исследование, "
            "проведённое в 2017 году, охватило 12 500 человек в 15 странах и обошлось "
            "в 3,5 млн долларов."
        ),
    ),
    (
        "pt",
        STATIONS,
        (
            "Desde a década de 1990, mais da metade das 1.200 estações foi fechada. O "
            "primeiro estudo, de 2017, abrangeu 12.500 pessoas em 15 países e custou "
            "US$ 3,5 milhões."
        ),
    ),
    (
        "it",
        STATIONS,
        (
            "Dagli anni Novanta è stata chiusa più della metà delle 1200 stazioni. Il "
            "primo studio, del 2017, ha riguardato 12.500 persone in 15 paesi ed è costato "
            "3,5 milioni di dollari."
        ),
    ),
    (
        "pl",
        BENCHMARKS,
        (
            "Na dwóch publicznych zbiorach średnia wartość Jaccarda rośnie z 61,7 do "
            "66,3, a na Peekaboo, nowym zbiorze 412 klipów z przesłonięciami trwającymi "
            "od 1,5 do 9 sekund, odsetek torów odzyskanych po przesłonięciu z 23,8% do "
            "51,0%. Metoda działa z szybkością 27 klatek na sekundę dla 256 punktów na "
            "jednej konsumenckiej karcie GPU."
        ),
    ),
    (
        "pl",
        SINK,
        (
            "Tak zwany „pochłaniacz uwagi” – dobrze znany artefakt – podwaja opóźnienie "
            "z 20 ms do 40 ms, a zużycie pamięci rośnie o 1,5 GB."
        ),
    ),
]


@pytest.mark.parametrize(("language", "source", "target"), NATURAL)
def test_a_natural_translation_passes(language: str, source: str, target: str) -> None:
    whole = check_texts(source, target, language)
    one = check([SentencePair(source, target)], language)
    assert [whole.verdict, one.verdict] == [Verdict.PASS, Verdict.PASS], (
        whole.findings,
        one.findings,
    )


ABSTRACT = (
    "We train NekoLM, a 7B model, on 2.93 trillion tokens. It reaches 92.3% accuracy on SQuAD and "
    "is 2.9x faster than BERT. Second derivatives are needed in only 2% of the steps."
)


@pytest.mark.parametrize(
    ("language", "text", "severity"),
    [
        ("en", "NekoLM reaches over 90% accuracy on SQuAD.", Severity.MINOR),
        ("en", "NekoLM is almost 3 times faster than BERT.", Severity.MINOR),
        ("en", "NekoLM is trained on nearly 3 trillion tokens.", Severity.MINOR),
        ("ja", "NekoLMはBERTの約3倍高速である。", Severity.MINOR),
        ("zh-CN", "NekoLM在SQuAD上的准确率超过90%。", Severity.MINOR),
        ("de", "NekoLM erreicht auf SQuAD über 90 % Genauigkeit.", Severity.MINOR),
        ("en", "NekoLM reaches over 95% accuracy on SQuAD.", Severity.MAJOR),
        ("en", "NekoLM reaches 93% accuracy on SQuAD.", Severity.MAJOR),
        ("en", "NekoLM is about 4x faster than BERT.", Severity.MAJOR),
        ("de", "NekoLM erreicht auf SQuAD über 95 % Genauigkeit.", Severity.MAJOR),
    ],
)
def test_a_summary_may_round_if_it_says_so(language: str, text: str, severity: Severity) -> None:
    (found,) = check_summary(ABSTRACT, [text], language).findings
    assert (found.kind, found.severity) == (FindingKind.NUMBER_CHANGED, severity)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("ja", "二階微分が必要なのはステップの2%のみである。"),
        ("zh-CN", "只有2%的步骤需要二阶导数。"),
    ],
)
def test_a_second_derivative_is_no_percentage(language: str, text: str) -> None:
    assert check_summary(ABSTRACT, [text], language).verdict is Verdict.PASS
