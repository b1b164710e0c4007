"""The page of a report in a browser: no error, no sideways scrolling, nobody shut out, tables that sort."""

from __future__ import annotations

import shutil

import pytest

from kadsurvey.report.writers.html import write_html
from tests.report.documents import DOCUMENT, pictures

sync_api = pytest.importorskip("playwright.sync_api")
axe = pytest.importorskip("axe_playwright_python.sync_playwright")

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
WIDE, NARROW = 1280, 360
SEVERE = {"serious", "critical"}

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="needs Debian's chromium")


@pytest.fixture(scope="module")
def browser():
    with sync_api.sync_playwright() as playwright:
        # Chromium's sandbox does not start in a container where all is root's.
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    path = tmp_path_factory.mktemp("page") / "report.html"
    write_html(DOCUMENT, path, lang="en", pictures=pictures(DOCUMENT, "en"))
    return path.as_uri()


@pytest.fixture
def opened(browser, address):
    """Yield what opens the page, and fail if it complained or asked for anything but itself."""
    contexts, complaints, requests = [], [], []

    def open_page(width=WIDE, scheme="light", **settings):
        context = browser.new_context(
            viewport={"width": width, "height": 800}, color_scheme=scheme, reduced_motion="reduce", **settings
        )
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", lambda request: requests.append(request.url))
        page.goto(address)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not complaints
    assert {url.partition("#")[0] for url in requests} <= {address, "data:,"}


def column(page, table, place):
    cells = page.locator(f"#table-{table} tbody tr:not(.group)").locator(f":scope > :nth-child({place + 1})")
    return [text.strip() for text in cells.all_text_contents()]


def button(page, table, name):
    return page.locator(f"#table-{table}").get_by_role("button", name=name, exact=True)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_the_page_is_readable_by_all(opened, width, scheme):
    page = opened(width, scheme)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    found = axe.Axe().run(page).response["violations"]
    assert [violation["id"] for violation in found if violation["impact"] in SEVERE] == []


def test_a_click_sorts_by_the_values_up_down_and_back(opened):
    page = opened()
    heading = button(page, "reliability", "n").locator("xpath=..")
    before = column(page, "reliability", 1)
    assert before == ["1,250", "20", "300"]
    orders = []
    for _ in range(3):
        button(page, "reliability", "n").click()
        orders.append((column(page, "reliability", 1), heading.get_attribute("aria-sort")))
    assert orders == [
        (["20", "300", "1,250"], "ascending"),
        (["1,250", "300", "20"], "descending"),
        (before, None),
    ]


def test_the_keyboard_sorts_and_is_told(opened):
    page = opened()
    button(page, "reliability", "alpha").focus()
    page.keyboard.press("Enter")
    assert column(page, "reliability", 2) == ["-.12", ".84", ".90"]
    assert page.locator("[role=status]").text_content() == "Table 1 is sorted by alpha, ascending."
    page.keyboard.press("Space")
    assert column(page, "reliability", 2) == [".90", ".84", "-.12"]
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "p"


def test_what_is_missing_comes_last_in_either_direction(opened):
    page = opened()
    for expected in ([".81", ".88", "–"], [".88", ".81", "–"]):
        button(page, "reliability", "low").click()
        assert column(page, "reliability", 3) == expected


def test_groups_stay_together(opened):
    page = opened()
    button(page, "loadings", "item").click()
    assert column(page, "loadings", 0) == ["T1", "T2", "T10", "N1", "N2", "all"]
    first = page.locator("#table-loadings tbody").first.locator("tr").first
    assert first.text_content() == "Trust"
    button(page, "loadings", "Norm").click()
    assert column(page, "loadings", 2) == ["-.98", ".05", "–", ".30", ".60", ".50"]


def test_estimates_with_their_errors_below_keep_their_order(opened):
    page = opened()
    assert page.locator("#table-regression").get_by_role("button").count() == 0
    assert column(page, "regression", 1)[:2] == ["0.181", "(0.019)"]


def test_contents_are_beside_the_text_or_folded_above_it(opened):
    link = "nav a[href='#part-outcomes']"
    wide, narrow = opened(WIDE), opened(NARROW)
    assert wide.locator(link).is_visible()
    wide.locator(link).click()
    wide.wait_for_function("document.querySelector('nav [aria-current]')?.hash === '#part-outcomes'")
    assert wide.locator("nav a[href='#table-regression']").is_visible()
    assert not narrow.locator(link).is_visible()
    narrow.locator("nav summary").focus()
    narrow.keyboard.press("Enter")
    assert narrow.locator(link).is_visible()
    narrow.keyboard.press("Escape")
    assert not narrow.locator(link).is_visible()


def test_the_first_stop_of_the_keyboard_skips_to_the_text(opened):
    page = opened()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "text"


def test_only_what_scrolls_is_a_stop_of_the_keyboard(opened):
    region = "#table-regression .scroll"
    opened(NARROW).wait_for_selector(f"{region}[tabindex='0']")
    opened(WIDE).wait_for_selector(f"{region}:not([tabindex])")


def test_paper_has_the_text_without_the_bar(opened):
    page = opened()
    page.emulate_media(media="print", color_scheme="dark")
    assert not page.locator("nav").is_visible()
    assert not page.locator(".hint").is_visible()
    assert page.locator("#table-regression table").is_visible()
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"


def test_without_scripts_the_page_is_whole(opened):
    page = opened(NARROW, java_script_enabled=False)
    assert page.locator("nav a[href='#part-outcomes']").is_visible()
    assert not page.locator(".hint").is_visible()
    assert page.get_by_role("button").count() == 0
