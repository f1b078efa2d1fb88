# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A real browser opens the page of an audit. Whatever a test does, nothing may be said on the console, and no request may leave the page."""

from __future__ import annotations

from contextlib import contextmanager

import pytest

from tests.pages import chromium, estate

HOSTILE = [
    "<script>window.hurt = 1</script>", "</script><script>window.hurt = 1</script>", "<img src=x onerror='window.hurt = 1'>",
    '" onmouseover="window.hurt = 1', "</style><style>body { display: none }</style>", "javascript:window.hurt = 1", "{{ 7 * 7 }}", "</title></head>",
    "]]><!--", "\u202eevil\u202c", "nul\x00\x1b[31m", "<a href='https://example.com'>x</a>",
    "<meta http-equiv=refresh content='0;url=https://example.com'>", "研发 \U0001f600", "a\nb", "\ud800",
]


@pytest.fixture(scope="session")
def running():
    with chromium.browser() as opened:
        yield opened


@pytest.fixture(scope="session")
def addresses(tmp_path_factory):
    results = {"demo": estate.demo(), "large": estate.large(200, 10), "hostile": hostile(), "calm": estate.result([], []), "long": long()}
    return {name: chromium.written(tmp_path_factory.mktemp(name), result) for name, result in results.items()}


@pytest.fixture
def opened(running, addresses):
    """A function that opens a page, and fails in the end if that page said or asked for anything."""
    contexts, noises = [], []

    def open_page(name, **settings):
        context = running.new_context(**{"locale": "en-US", "color_scheme": "light", "viewport": {"width": 1280, "height": 900}, **settings})
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: noises.append(message.text))
        page.on("pageerror", lambda error: noises.append(str(error)))
        page.on("dialog", lambda dialog: (noises.append(dialog.message), dialog.dismiss()))
        page.on("request", lambda request: noises.append(request.url) if request.url.split("#")[0] != addresses[name] else None)
        page.goto(addresses[name])
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert noises == []


def long():
    """Names of 200 characters without a blank to break them at, and reasons that are as long."""
    name = "x" * 200
    accepted = [dict(estate.finding("one-recipient", name, name), reason="y" * 300, until="2026-12-31")]
    return estate.result([estate.organization(name, [estate.plan(name)], postgresql=-3)], [estate.finding("overdue", name, name)], accepted)


def hostile():
    """An estate in which each name, and each text, wants to do harm."""
    organizations, findings, accepted = [], [], []
    for text in HOSTILE:
        organizations.append(estate.organization(text, [estate.plan(text, types=[text], schedule=text, next_run=text)], **{text: -3}))
        findings.append(estate.finding("overdue", text, text, message=text, advice=text))
        findings.append(estate.finding(text, text, None, message=text, advice=text))
        accepted.append(dict(estate.finding("inactive", text, text, message=text), reason=text, until=text))
    return dict(estate.result(organizations, findings, accepted, HOSTILE), server=HOSTILE[0])


def shown(page, selector):
    return page.locator(f"{selector}:visible").count()


def visible(page, *parts):
    return [page.locator(part).first.is_visible() for part in parts]


@contextmanager
def everything_is_back(page):
    """What a filter hides comes back."""
    before = shown(page, ".group"), shown(page, ".plan"), shown(page, "#matrix > tbody > tr")
    yield
    page.get_by_role("button", name="Show all").click()
    assert (shown(page, ".group"), shown(page, ".plan"), shown(page, "#matrix > tbody > tr")) == before


def test_the_page_opens_with_the_verdict_on_top(opened):
    page = opened("demo")
    assert page.locator("main > section").first.get_attribute("aria-labelledby") == "verdict"
    assert page.locator(".verdict p").inner_text().startswith("Not all backups can be relied on: 13 findings in 6 organizations, 8 of high severity")
    assert page.locator("main section h2").all_inner_texts() == [
        "Verdict", "Findings", "Organizations and plans", "Coverage by type", "Accepted risks 2", "What was not seen"]
    assert page.locator("#shown").inner_text() == "13 of 13 findings, 15 of 15 plans"


def test_a_large_estate_opens_and_is_searched(opened):
    page = opened("large")
    assert shown(page, ".plan") == 2000
    with everything_is_back(page):
        page.get_by_role("searchbox").fill("organization 011")
        assert page.locator("#matrix > tbody > tr:visible th bdi").all_inner_texts() == ["Organization 011"]
        assert page.locator("#shown").inner_text() == "2 of 286 findings, 10 of 2000 plans"
        page.get_by_role("searchbox").fill("组织 0")
        assert shown(page, "#matrix > tbody > tr") == 20
        page.get_by_role("searchbox").fill("nowhere")
        assert (shown(page, ".group"), shown(page, ".severity"), shown(page, "#matrix > tbody > tr")) == (0, 0, 0)
        page.get_by_role("searchbox").press("Enter")
        assert page.get_by_role("searchbox").input_value() == "nowhere"


def test_findings_are_filtered_by_severity_and_kind(opened):
    page = opened("demo")
    with everything_is_back(page):
        for name in ("Medium", "Low"):
            page.locator("label.choice", has_text=name).click()
        assert page.locator("#shown").inner_text() == "8 of 13 findings, 3 of 15 plans"
        assert shown(page, "#accepted tbody tr") == 0
        # what stands beside a heading is the number of what is left below it
        assert page.locator("#accepted-title .count").inner_text() == "0 / 2"
        page.get_by_role("searchbox").fill("Sales")
        assert page.locator(".severity:visible h3 .count").inner_text() == "2 / 8"
        assert page.locator(".group:visible .count").all_inner_texts() == ["1 / 2", "1"]
        page.get_by_role("searchbox").fill("")
        # an organization is wrong as a whole, without a plan that is
        assert "Sales" in page.locator("#matrix > tbody > tr:visible th bdi").all_inner_texts()
        page.locator("#rule").select_option(label="Last good backup too old")
        assert page.locator(".group:visible h4").all_inner_texts() == ["Last good backup too old"]
        assert page.locator(".plan:visible bdi").all_inner_texts() == ["payments", "warehouse"]


def test_only_what_has_findings(opened):
    page = opened("demo")
    with everything_is_back(page):
        page.get_by_label("Only with findings").check()
        assert shown(page, ".plan") == 8
        assert "Default" not in page.locator("#matrix > tbody > tr:visible th bdi").all_inner_texts()


def test_the_language_of_the_reader_comes_first_and_can_be_changed(opened):
    page = opened("demo", locale="zh-CN")
    assert visible(page, "h1 .zh", "h1 .en") == [True, False]
    assert page.locator("html").get_attribute("lang") == "zh-Hans"
    assert page.locator("#rule option").first.inner_text() == "全部类型"
    assert page.locator("#shown").inner_text() == "显示 13 / 13 项发现，15 / 15 个计划"
    assert page.locator(".group[data-rule=overdue] .advice").last.inner_text() == "处理办法：查明为什么没有成功的执行，然后手动执行该计划。"
    page.get_by_role("button", name="English").click()
    assert visible(page, "h1 .zh", "h1 .en") == [False, True]
    assert page.get_by_placeholder("Search organization or plan").is_visible()
    page.reload()
    assert page.get_by_role("button", name="English").get_attribute("aria-pressed") == "true"
    page.get_by_role("button", name="中文").click()
    assert visible(page, "h1 .zh", "h1 .en") == [True, False]
    assert page.locator(".runs").first.get_attribute("aria-label").startswith("成功 ")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_theme_of_the_reader_comes_first_and_can_be_changed(opened, scheme):
    page = opened("demo", color_scheme=scheme)

    def background():
        return page.evaluate("getComputedStyle(document.body).backgroundColor")

    first = background()
    assert first == {"light": "rgb(245, 246, 248)", "dark": "rgb(18, 22, 28)"}[scheme]
    page.get_by_role("button", name="Dark").click()
    second = background()
    assert second != first
    page.reload()
    assert background() == second
    page.emulate_media(media="print")
    assert background() == "rgb(255, 255, 255)"


def test_paper_shows_every_finding_and_no_controls(opened):
    page = opened("large")
    assert page.locator(".group tbody tr:visible").count() == 0
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    assert page.locator(".group tbody tr:visible").count() == 286
    assert visible(page, "#filter", "#switches") == [False, False]
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.locator(".group tbody tr:visible").count() == 0


def test_everything_is_shown_without_script(opened):
    page = opened("large", java_script_enabled=False)
    assert (shown(page, ".group tbody tr"), shown(page, ".plan")) == (286, 2000)
    assert visible(page, "#filter", "#switches", "h1 .en", "h1 .zh") == [False, False, True, False]


def test_a_day_and_a_plan_tell_more(opened):
    page = opened("demo")
    page.locator(".plan", has_text="payments").locator("i").nth(3).hover()
    assert page.locator(".plan", has_text="payments").locator("i").nth(3).get_attribute("title") == "2026-11-23: failed"
    page.locator("#findings").get_by_role("link", name="payments").first.click()
    assert "Last success" in page.evaluate("getComputedStyle(document.querySelector('.plan:target .good'), '::before').content")
    assert page.locator(".plan:target .good").inner_text() == "2026/11/22 03:02:00 +0800 (4 d > 26 h)"


def test_the_keyboard_is_enough(opened):
    page = opened("demo")
    page.get_by_role("searchbox").focus()
    page.keyboard.type("ledger")
    # three severities, the kind, the switch
    for _stop in range(5):
        page.keyboard.press("Tab")
    page.keyboard.press("Space")
    assert page.get_by_label("Only with findings").is_checked()
    page.locator(".plan:visible summary").first.focus()
    page.keyboard.press("Enter")
    assert page.locator(".plan[open]").count() == 1


@pytest.mark.parametrize("script", [True, False])
def test_names_do_nothing_but_stand_there(opened, script):
    page = opened("hostile", java_script_enabled=script)
    assert page.locator("#matrix > tbody > tr").count() == len(HOSTILE)
    assert page.locator("script").count() == 1 and page.locator("style").count() == 1
    assert page.locator("img, iframe, object, embed, base, svg a, meta[http-equiv=refresh]").count() == 0
    assert set(page.locator("a").evaluate_all("links => links.map((link) => link.getAttribute('href').slice(0, 2))") if script else ["#p"]) == {"#p"}
    if script:
        assert page.evaluate("window.hurt") is None
        page.locator(".plan summary").first.click()
        page.get_by_role("button", name="中文").click()
        page.locator("#rule").select_option(index=1)
        assert page.evaluate("window.hurt") is None


def test_the_policy_forbids_what_would_get_through(opened, running, addresses):
    """Were a name to become markup all the same, the browser would not run it."""
    context = running.new_context()
    page = context.new_page()
    page.goto(addresses["demo"])
    page.evaluate("""() => {
        document.body.insertAdjacentHTML("beforeend", "<img src=x onerror='window.hurt = 1'><a id=trap href='javascript:window.hurt = 1'>x</a>");
        const script = document.createElement("script");
        script.textContent = "window.hurt = 1";
        document.body.append(script);
        document.getElementById("trap").click();
    }""")
    page.wait_for_timeout(200)
    assert page.evaluate("window.hurt") is None
    context.close()


@pytest.mark.parametrize("width", [1000, 1280])
def test_long_names_push_nothing_out_of_sight(opened, width):
    page = opened("long", viewport={"width": width, "height": 800})
    for table in ("#coverage > table", "#accepted > table"):
        assert page.locator(table).evaluate("table => table.scrollWidth <= table.clientWidth"), table
    # nor is a short word broken for their sake
    assert page.locator("#coverage tbody th bdi").first.evaluate("name => name.getClientRects().length") == 1


@pytest.mark.parametrize("width", [360, 800, 1920])
def test_no_width_scrolls_sideways(opened, width):
    for name in ("demo", "hostile", "calm"):
        page = opened(name, viewport={"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
