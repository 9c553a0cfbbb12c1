"""Options in another order: which of them would then say something else."""

import pytest

from selfcheck_tools.exporters._order import fixed

ABOUT_ALL = """\
All of the above · none of these. · None of the above answers is correct · Both of the above
All the above · Neither is correct · **All of them** · More than one of the above · Both are true
Alle genannten Antworten sind richtig · Keine davon · Alle oben genannten · Nichts von den genannten
Toutes ces réponses · Aucune des réponses ci-dessus · Les deux sont correctes
Todas las anteriores · Ninguna de las respuestas es correcta · Ambas son correctas
Nenhuma das alternativas · Todas as respostas acima · Tutte le precedenti · Geen van bovenstaande
Wszystkie powyższe · Żadna z odpowiedzi nie jest poprawna · Hepsi · Yukarıdakilerin hiçbiri
Все вышеперечисленное · Ни один из этих вариантов · Нет правильного ответа · Все ответы верны
كل ما سبق · لا شيء مما سبق · جميع الإجابات صحيحة
Tất cả đều đúng · Không có đáp án nào đúng · Tất cả
以上都是 · 以上皆非 · 都不是 · 没有正确答案 · 以上選項皆正確 · 上記すべて · どれでもない · 모두 정답
"""
ABOUT_OTHERS = """\
Both A and C · A and B only · only (b) · A, B & D · Both A and B are needed · A und C · A et B
The same as option B · Answers A, B · Neither A nor C holds · As the above
The previous option · The first two answers · Cả A và B · A 和 B · Только A и B · Ответ B
"""
ORDINARY = """\
No · None · Both · All EC2 instances · A user · A bus and a car · Vitamin A · Type B and type C
10 or above · An option that a user has · `["a", "b"]` · {a: "A"} · the above-mentioned · No object
没有 · 不是 · すし · これは正しい · Nein · Aucun · لا · Không
"""


def phrases(text: str) -> list[str]:
    return [phrase for line in text.splitlines() for phrase in line.split(" · ")]


@pytest.mark.parametrize("last", phrases(ABOUT_ALL))
def test_what_speaks_of_all_others_keeps_its_place(last: str) -> None:
    assert fixed(["one", "two", "three", last], "ABCD") == (False, False, False, True)


@pytest.mark.parametrize("last", phrases(ABOUT_OTHERS))
def test_where_one_speaks_of_another_nothing_moves(last: str) -> None:
    assert fixed(["one", "two", "three", last], "ABCD") == (True,) * 4


@pytest.mark.parametrize("text", phrases(ORDINARY))
def test_ordinary_options_move(text: str) -> None:
    assert fixed([text, "two", "three"], "ABC") == (False,) * 3


@pytest.mark.parametrize(
    ("texts", "labels", "expected"),
    [
        (["1", "All of the above", "None of the above"], "ABC", "111"),  # one alone cannot move
        (["1", "2", "All of the above", "None of the above"], "ABCD", "0011"),
        (["1", "2", "Both of the above", "4"], "ABCD", "1111"),  # 4 is not above
        (["1", "2", "A and B"], ["", "", ""], "111"),  # letters by the order
        (["1", "2", "أ و ب", "أ وب"], "أبجد", "1111"),
        (["a and c", "b", "d"], "ABC", "000"),  # no such letters are written
        (["a and c", "b", "d"], "abc", "111"),
        (["1", "2"], "AB", "00"),
        (["1"], "A", "1"),
        ([], "", ""),
    ],
)
def test_the_whole_question_decides(texts: list[str], labels: str, expected: str) -> None:
    assert "".join(str(int(keeps)) for keeps in fixed(texts, labels)) == expected
