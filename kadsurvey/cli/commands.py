"""The commands: name, the module that holds it, and one line of help in both languages.

The table is static so that ``kadsurvey --help`` imports none of them.
"""

from __future__ import annotations

COMMANDS: dict[str, tuple[str, dict[str, str]]] = {
    "init": (
        "kadsurvey.cli.init",
        {
            "en": "A study folder: settings, questionnaire, entry workbook, forms.",
            "id": "Folder studi: pengaturan, kuesioner, lembar isian, formulir.",
        },
    ),
    "demo": (
        "kadsurvey.cli.demo",
        {
            "en": "The whole way on the bundled synthetic study.",
            "id": "Seluruh alur pada studi sintetis bawaan.",
        },
    ),
    "instrument": (
        "kadsurvey.cli.instrument",
        {
            "en": "Questionnaires: list, show, check, export as forms, import.",
            "id": "Kuesioner: daftar, tampilkan, periksa, jadikan formulir, impor.",
        },
    ),
    "check": (
        "kadsurvey.cli.check",
        {
            "en": "Data quality: what is odd, cell by cell.",
            "id": "Mutu data: apa yang janggal, sel demi sel.",
        },
    ),
    "validate": (
        "kadsurvey.cli.validate",
        {
            "en": "Validity and reliability of the instrument in these answers.",
            "id": "Uji validitas dan reliabilitas instrumen pada jawaban ini.",
        },
    ),
    "score": (
        "kadsurvey.cli.score",
        {
            "en": "Trust, norm and network indices per respondent and body.",
            "id": "Indeks kepercayaan, norma, dan jaringan per responden dan lembaga.",
        },
    ),
    "network": (
        "kadsurvey.cli.network",
        {
            "en": "Who works with whom: networks per body and organisation.",
            "id": "Siapa bekerja dengan siapa: jaringan per lembaga dan organisasi.",
        },
    ),
    "register": (
        "kadsurvey.cli.register",
        {
            "en": "The register of cooperations: check it, and a study against it.",
            "id": "Register kerja sama: periksa isinya, dan cocokkan studi dengannya.",
        },
    ),
    "efficiency": (
        "kadsurvey.cli.efficiency",
        {
            "en": "Cost efficiency per cooperation body.",
            "id": "Efisiensi biaya per lembaga kerja sama.",
        },
    ),
    "regress": (
        "kadsurvey.cli.regress",
        {
            "en": "Cooperation outcomes on the indices.",
            "id": "Regresi hasil kerja sama atas indeks.",
        },
    ),
    "report": (
        "kadsurvey.cli.report",
        {
            "en": "Everything above as a report: xlsx, docx, html, tex, md.",
            "id": "Semua di atas sebagai laporan: xlsx, docx, html, tex, md.",
        },
    ),
    "run": (
        "kadsurvey.cli.run",
        {
            "en": "All that study.toml asks for; only what has changed.",
            "id": "Semua yang diminta study.toml; hanya yang berubah.",
        },
    ),
    "simulate": (
        "kadsurvey.cli.simulate",
        {
            "en": "A synthetic study with known truth, as field files.",
            "id": "Studi sintetis dengan kebenaran diketahui, sebagai berkas lapangan.",
        },
    ),
    "power": (
        "kadsurvey.cli.power",
        {
            "en": "How many bodies and respondents a study needs.",
            "id": "Berapa lembaga dan responden yang diperlukan suatu studi.",
        },
    ),
    "lesson": (
        "kadsurvey.cli.lesson",
        {
            "en": "Methods shown on a study whose truth is known.",
            "id": "Metode yang ditunjukkan pada studi yang diketahui kebenarannya.",
        },
    ),
    "explain": (
        "kadsurvey.cli.explain",
        {
            "en": "What a number means, its formula and its source.",
            "id": "Arti sebuah angka, rumus, dan sumbernya.",
        },
    ),
}
