"""The board's pages in a real browser: what they show is what the API says, foreign text is inert, nothing leaves the
host. Screenshots are kept in tests/.cache/screenshots."""

import json
import os
import shutil
from pathlib import Path
from urllib.parse import quote

import pytest

from board import Board
from harness import SOURCE, Agent, wait_for

webdriver = pytest.importorskip("selenium.webdriver", reason="NO BROWSER: needs python3-selenium and chromium-driver")

HOSTILE = "<img/src=x/onerror=document.title='owned'>"
SCRIPT = "<script>document.title='owned'</script> & \"quotes\""
SHOTS = Path(os.environ.get("ORDERTRACE_SCREENSHOTS", SOURCE / "tests/.cache/screenshots"))


@pytest.fixture(scope="module")
def board(tmp_path_factory):
    directory = tmp_path_factory.mktemp("pages")
    # A second is late here.
    made = Board(directory / "board", lifecycle={"skew": "100ms", "stages": {
        "PRICE_CALCULATED": {"reaches": {"crm": "1s"}}}}).start()
    agents = {system: Agent(directory / system, {"board": made.intake}, system=system).start()
              for system in ("mes", "crm")}
    for order in ("10042", "10043", HOSTILE):
        agents["mes"].send(f'ord1 status "{order}" st=PRICE_CALCULATED',
                           f'ord1 sent "{order}" to=crm via=q.price msg=p-1')
    agents["crm"].send(f'ord1 span "{HOSTILE}" step=push dur=5ms res=fail :{SCRIPT}', "ord1 status 10043 st=PRICE_CALCULATED")
    for agent in agents.values():
        agent.wait_delivered()
    wait_for("two orders are stuck", lambda: set(made.stuck()) == {"10042", HOSTILE}, 20)
    yield made
    for agent in agents.values():
        agent.stop()
    made.stop()


@pytest.fixture(scope="module")
def browser():
    if not shutil.which("chromium") or not shutil.which("chromedriver"):
        pytest.skip("NO BROWSER: needs chromium and chromium-driver")
    options = webdriver.ChromeOptions()
    for argument in ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--window-size=1280,1400",
                     "--disable-background-networking", "--disable-component-update", "--lang=en"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    opened = webdriver.Chrome(service=webdriver.chrome.service.Service("/usr/bin/chromedriver"), options=options)
    opened.set_page_load_timeout(30)
    yield opened
    opened.quit()


@pytest.fixture(autouse=True)
def nothing_goes_wrong_in_the_browser(browser, board):
    browser.get_log("performance")
    yield
    assert [entry for entry in browser.get_log("browser") if entry["level"] == "SEVERE"] == []
    asked = [json.loads(entry["message"])["message"] for entry in browser.get_log("performance")]
    hosts = {message["params"]["request"]["url"].split("/")[2] for message in asked
             if message["method"] == "Network.requestWillBeSent"
             and message["params"]["request"]["url"].startswith("http")}
    assert hosts <= {f"127.0.0.1:{board.web_port}"}


def find(browser, selector):
    return browser.find_elements("css selector", selector)


def shot(browser, name):
    SHOTS.mkdir(parents=True, exist_ok=True)
    browser.save_screenshot(str(SHOTS / f"{name}.png"))


def test_the_counts_of_the_board_are_those_of_the_api(board, browser):
    browser.get(board.url + "/")
    shot(browser, "board")
    stages = board.json("/api/stages")["stages"]
    assert find(browser, "h1[data-stuck]")[0].get_attribute("data-stuck") == str(sum(stage["stuck"] for stage in stages))
    shown = {item.get_attribute("data-stage"): item.text.split() for item in find(browser, "li[data-stage]")}
    for stage in stages:
        assert str(stage["orders"]) in shown[stage["stage"]], stage
        if stage["stuck"]:
            assert f"{stage['stuck']} stuck" in " ".join(shown[stage["stage"]])
    text = browser.find_element("tag name", "main").text
    for order in board.json("/api/stuck")["orders"]:
        assert order["order"] in text
        assert order["sentence"].split(" ago")[0].rsplit(" ", 2)[0] in text


def test_an_order_says_its_verdict_first(board, browser):
    browser.get(board.url + "/orders/10042")
    shot(browser, "order")
    headline = find(browser, "h1[data-verdict]")[0]
    assert headline.get_attribute("data-verdict") == "in_transit"
    assert "the CRM has not taken it (limit 1 s). Look at the queue q.price." in headline.find_element("xpath", "..").text
    assert len(find(browser, ".timeline svg")) >= 1


@pytest.mark.parametrize("path", ["/", f"/orders/{quote(HOSTILE, safe='')}"])
def test_foreign_text_is_inert(board, browser, path):
    browser.get(board.url + path)
    shot(browser, "hostile" if path != "/" else "hostile-board")
    assert "owned" not in browser.title.replace(HOSTILE, "")
    assert browser.execute_script("return document.images.length") == 0
    assert HOSTILE in browser.find_element("tag name", "main").text or HOSTILE in browser.title
    assert browser.execute_script("return [...document.scripts].every(one => one.src && !one.textContent)")


def test_the_page_updates_itself_and_keeps_the_focus(board, browser, tmp_path):
    browser.get(board.url + "/")
    search = find(browser, "#search")[0]
    search.send_keys("100")
    agent = Agent(tmp_path / "agent", {"board": board.intake}, system="mes").start()
    agent.send("ord1 status 10099 st=PACKAGING")
    agent.wait_delivered()

    def shown():
        packaging = [item for item in find(browser, "li[data-stage]") if item.get_attribute("data-stage") == "PACKAGING"]
        return "1" in packaging[0].text.split()
    wait_for("the page shows the new order", shown, 30)
    assert browser.switch_to.active_element.get_attribute("id") == "search"
    assert find(browser, "#search")[0].get_attribute("value") == "100"
    agent.stop()


def test_the_search_finds_an_order(board, browser):
    browser.get(board.url + "/")
    search = find(browser, "#search")[0]
    search.send_keys("10043")
    search.submit()
    wait_for("the order's page", lambda: browser.current_url.endswith("/orders/10043"), 15)
    assert find(browser, "h1[data-verdict]")[0].get_attribute("data-verdict") == "on_time"


def test_a_phone_needs_no_sideways_scrolling(board, browser):
    browser.set_window_size(500, 900)
    try:
        for path in ("/", "/orders/10042"):
            browser.get(board.url + path)
            shot(browser, "phone-board" if path == "/" else "phone-order")
            assert browser.execute_script("return document.documentElement.scrollWidth <= window.innerWidth")
    finally:
        browser.set_window_size(1280, 1400)
