from kadsurvey.report.document import Document, Figure, Part, Picture, Prose
from kadsurvey.report.table import Table


def _draw(lang):
    return Picture(f"<svg lang='{lang}'/>", b"", 1.0, 1.0)


def _figure(key):
    return Figure(key, key, key, (), _draw)


def test_tables_and_figures_are_numbered_apart_and_through_the_parts():
    document = Document(
        title="t",
        lines=(),
        parts=(
            Part("a", "a", (Prose(("x",)), Table("a1", "a1", (), ()), _figure("f1"))),
            Part("b", "b", absent="nothing was given"),
            Part("c", "c", (_figure("f2"), Table("a2", "a2", (), ()))),
        ),
    )
    assert document.numbers() == {"a1": ("table", 1), "a2": ("table", 2), "f1": ("figure", 1), "f2": ("figure", 2)}
